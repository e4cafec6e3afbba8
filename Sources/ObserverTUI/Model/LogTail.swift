import ObserverEngine

/// The lines of one log, oldest first, each once. Bounded.
struct LogTail: Equatable, Sendable {
    static let limit = 4000
    private static let slack = 500

    private(set) var lines: [LogLine] = []

    init(_ lines: [LogLine] = []) {
        merge(lines)
    }

    mutating func append(_ line: LogLine) {
        guard let last = lines.last, line.sequence <= last.sequence else {
            lines.append(line)
            trim()
            return
        }
        let index = insertionIndex(of: line.sequence)
        if lines[index].sequence != line.sequence { lines.insert(line, at: index) }
    }

    mutating func merge(_ others: [LogLine]) {
        for line in others { append(line) }
    }

    private func insertionIndex(of sequence: Int64) -> Int {
        var low = 0
        var high = lines.count
        while low < high {
            let middle = (low + high) / 2
            if lines[middle].sequence < sequence { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private mutating func trim() {
        if lines.count > Self.limit + Self.slack { lines.removeFirst(Self.slack) }
    }
}
