import Synchronization

/// The beginning and the end of the output of the programs of one deployment, so that the log holds both and the
/// observer's own lines.
struct OutputExcerpt {
    private static let firstLines = 15_000
    private static let firstBytes = 4 * 1024 * 1024
    private static let lastLines = 300
    private static let lastBytes = 256 * 1024

    private var lines = 0
    private var bytes = 0
    /// Whole lines: they are redacted later, and the beginning of one could end with half a secret.
    private var last: [String] = []
    private var lastSize = 0
    private var omitted = 0

    /// - Returns: The lines to write now.
    mutating func take(_ new: [String]) -> [String] {
        let first = new.prefix { line in
            guard last.isEmpty, lines < Self.firstLines, bytes + line.utf8.count <= Self.firstBytes
            else { return false }
            lines += 1
            bytes += line.utf8.count
            return true
        }
        for line in new.dropFirst(first.count) { keep(line) }
        return Array(first)
    }

    private mutating func keep(_ line: String) {
        last.append(line)
        lastSize += line.utf8.count
        // Removed in blocks, because the others move up.
        guard last.count > 2 * Self.lastLines || lastSize > 2 * Self.lastBytes else { return }
        shorten()
    }

    private mutating func shorten() {
        var excess = 0
        while last.count - excess > Self.lastLines || lastSize > Self.lastBytes, excess < last.count - 1 {
            lastSize -= last[excess].utf8.count
            excess += 1
        }
        last.removeFirst(excess)
        omitted += excess
    }

    /// - Returns: The lines to write at the end of a program.
    mutating func end() -> [String] {
        defer { (last, lastSize, omitted) = ([], 0, 0) }
        guard !last.isEmpty else { return [] }
        shorten()
        let note = omitted == 0 ? [] : ["\(omitted) lines are left out here."]
        return note + last
    }
}

/// The output of the programs of one deployment.
final class CommandOutput: Sendable {
    private let excerpt = Mutex(OutputExcerpt())

    func take(_ lines: [String]) -> [String] { excerpt.withLock { $0.take(lines) } }

    func end() -> [String] { excerpt.withLock { $0.end() } }
}
