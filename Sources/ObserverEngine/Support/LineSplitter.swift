/// Splits a program's output into lines as a terminal would show them, independent of the chunks in which it is read;
/// overlong lines are split too.
package struct LineSplitter: Sendable {
    private let limit: Int
    private var line: [UInt8] = []

    /// - Parameter limit: The maximum length of a line in bytes.
    package init(limit: Int = 4096) {
        self.limit = limit
    }

    /// Returns the lines that these bytes complete.
    package mutating func consume(_ bytes: some Sequence<UInt8>) -> [String] {
        var lines: [String] = []
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                lines.append(take())
            } else {
                line.append(byte)
                if line.count == limit { lines.append(take()) }
            }
        }
        return lines
    }

    /// The unfinished last line.
    package mutating func finish() -> String? {
        line.isEmpty ? nil : take()
    }

    private mutating func take() -> String {
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        defer { line.removeAll(keepingCapacity: true) }
        return shown(line)
    }

    /// Without colours and tabs, and of a progress indicator, which returns to the start of its line, the last state.
    private func shown(_ line: [UInt8]) -> String {
        let states = line.split(separator: UInt8(ascii: "\r"))
        let text = String(decoding: states.last ?? [], as: UTF8.self)
        // Source: https://invisible-island.net/xterm/ctlseqs/ctlseqs.html, CSI sequences
        let plain = text.contains("\u{1B}") ? text.replacing(#/\x1B\[[0-?]*[ -\/]*[@-~]/#, with: "") : text
        return plain.expandingTabs(toBytes: limit)
    }
}
