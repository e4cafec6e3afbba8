import Simulators

/// Lines of captured output.
final class Lines: Sendable {
    private let lines = Awaitable<[String]>([])

    func append(_ line: String) {
        lines.change { $0.append(line.hasSuffix("\n") ? String(line.dropLast()) : line) }
    }

    var all: [String] { lines.value }

    func contains(_ text: String) -> Bool { all.contains { $0.contains(text) } }

    /// Waits until a line contains the text, and returns the line.
    @discardableResult
    func wait(for text: String) async throws -> String {
        try await lines.wait(for: "a line with '\(text)'", describe: { $0.joined(separator: "\n") }) { lines in
            lines.first { $0.contains(text) }
        }
    }
}
