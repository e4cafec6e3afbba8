import Foundation
import Glibc
import ObserverEngine
import Synchronization

/// The output of a command that is kept up to date by the event stream.
protocol LiveReport: Sendable {
    /// The whole of it, for a terminal; each line has one row.
    func rankedLines(in style: TextStyle) -> [RankedLine]

    mutating func apply(_ event: ControlEvent)

    /// A line for each change since the last call, or since the beginning.
    mutating func takeChanges(as format: OutputFormat) throws -> [String]
}

/// Shows a live report until the connection is lost: redrawn on a terminal, a line for each change elsewhere.
struct Watch {
    private static let interval = Duration.seconds(1)

    let client: ControlClient
    let output: OutputFlags

    /// - Throws: `ConnectionLost`, `ControlClient.Failure`
    func run(_ report: some LiveReport) async throws {
        if output.isJSON || isatty(STDOUT_FILENO) == 0 {
            try await printChanges(of: report)
        } else {
            try await draw(report)
        }
    }

    private func printChanges(of report: some LiveReport) async throws {
        var report = report
        try await client.forEachEvent { event in
            report.apply(event)
            for line in try report.takeChanges(as: output.format) { try output.write(line: line) }
            return true
        }
    }

    private func draw(_ report: some LiveReport) async throws {
        let screen = Screen(report)
        let client = client
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await client.forEachEvent { event in
                    try screen.apply(event)
                    return true
                }
            }
            // Ages and durations change without an event.
            group.addTask {
                while true {
                    try await Task.sleep(for: Self.interval)
                    try screen.draw()
                }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// The lines of the report, each cut to one row; the most important ones if the terminal has fewer rows. Its last row is
    /// for the cursor.
    static func rows(of report: some LiveReport, in style: TextStyle) -> [String] {
        var style = style
        style.isRedrawn = true
        // Erasing the rest of a full row would erase its last character.
        style.width = style.width.map { max(1, $0 - 1) }
        let lines = report.rankedLines(in: style).fitted(to: style.height.map { max(1, $0 - 1) }, in: style)
        return lines.map { line in style.width.map { line.cutLine(to: $0) } ?? line }
    }

    /// The report on the terminal.
    private final class Screen<Content: LiveReport>: Sendable {
        private let content: Mutex<(report: Content, isDrawn: Bool)>

        init(_ report: Content) {
            content = Mutex((report, false))
        }

        func apply(_ event: ControlEvent) throws {
            content.withLock { $0.report.apply(event) }
            try draw(isFirst: true)
        }

        /// - Parameter isFirst: Whether it may draw before anything was drawn: before the first event there is nothing to show.
        func draw(isFirst: Bool = false) throws {
            try content.withLock { content in
                guard isFirst || content.isDrawn else { return }
                let style = TextStyle.standardOutput(ProcessInfo.processInfo.environment)
                let rows = Watch.rows(of: content.report, in: style)
                // Lines are overwritten instead of cleared, so that nothing flickers.
                let start = content.isDrawn ? "\u{1B}[H" : "\u{1B}[H\u{1B}[2J"
                content.isDrawn = true
                let text = start + rows.map { $0 + "\u{1B}[K\n" }.joined() + "\u{1B}[J"
                try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
            }
        }
    }
}
