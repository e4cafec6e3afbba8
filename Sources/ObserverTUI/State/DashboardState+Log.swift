import ObserverEngine

extension DashboardState {
    /// The owner of the log in the log pane.
    enum LogSubject: Equatable {
        case engine
        case deployment(Int64)
    }

    var logSubject: LogSubject {
        switch log.source {
        case .engine: .engine
        case .deployment(let id): .deployment(id)
        case .current: shown?.currentDeployment.map { .deployment($0.id) } ?? .engine
        }
    }

    /// States that a queued deployment waits for the running one only; nil for any other.
    func turn(of deployment: Int64) -> String? {
        shown.flatMap { mirror in mirror.deployments[deployment].flatMap { mirror.turn(of: $0) } }
    }

    /// The lines of the log pane that match its filter.
    var logLines: [LogLine] {
        let lines =
            switch logSubject {
            case .engine: shown?.engineLog.lines
            case .deployment(let id): shown?.deploymentLogs[id]?.lines
            }
        let term = filter(of: .log)
        guard let lines else { return [] }
        return term.isEmpty ? lines : lines.filter { $0.matches(term) }
    }

    /// The index of the selected line; the last line while the pane follows the log.
    func selectedLogIndex(in lines: [LogLine]) -> Int? {
        guard let selected = log.selected else { return lines.indices.last }
        return lines.lastIndex { $0.sequence <= selected } ?? lines.indices.first
    }

    /// The first visible row of the log, in a pane of this size.
    func logTop(in lines: [LogLine], space: Size) -> ScrollPoint {
        let height = { (index: Int) in logHeight(of: lines[index], columns: space.columns) }
        guard log.selected != nil, let selected = selectedLogIndex(in: lines) else {
            return .last(count: lines.count, space: space.rows, heightOf: height)
        }
        let anchor = log.anchor.flatMap { anchor in lines.firstIndex { $0.sequence >= anchor } }
        let first = Viewport.first(
            count: lines.count, space: space.rows, anchor: anchor ?? selected, selected: selected, heightOf: height)
        let overflow = first == selected ? max(0, height(selected) - space.rows) : 0
        return ScrollPoint(item: first, row: min(log.hiddenRows, overflow))
    }

    func logHeight(of line: LogLine, columns: Int) -> Int {
        wraps ? LogText(line, clock: timesClock).wrapped(to: columns).count : 1
    }
}

/// A log line as text: time, verb and sentence.
struct LogText {
    private static let verbColumns = 12

    let text: Text
    private let line: LogLine
    private let start: Text
    /// Where the sentence begins; its further lines too.
    private let indent: Int

    init(_ line: LogLine, clock: WallClock) {
        self.line = line
        let time = Text(clock.time(line.at), .secondary) + .spaces(2)
        indent = time.columns + Self.verbColumns
        start =
            time + Text(line.verb, Style(ink: Self.ink(of: line.level))).fitted(to: Self.verbColumns - 1) + .spaces(1)
        text = start + Self.sentence(line.text, of: line)
    }

    /// A deployment ID that is longer than a line is cut in the middle.
    func wrapped(to columns: Int) -> [Text] {
        let words = line.text.split(separator: " ", omittingEmptySubsequences: false)
        let space = columns - indent
        guard words.contains(where: { $0.count > space }) else { return text.wrapped(to: columns, indent: indent) }
        let short = words.map { $0.count > space ? Self.shortenedID($0) : String($0) }.joined(separator: " ")
        return (start + Self.sentence(short, of: line)).wrapped(to: columns, indent: indent)
    }

    private static func sentence(_ text: String, of line: LogLine) -> Text {
        Text(text, line.level == .debug ? .secondary : .plain)
    }

    /// `9f1c2d33…456789ab,` of a UUID in a word.
    private static func shortenedID(_ word: Substring) -> String {
        String(word).replacing(#/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/#) { match in
            "\(match.output.0.prefix(8))…\(match.output.0.suffix(8))"
        }
    }

    static func ink(of level: LogLine.Level) -> Style.Ink {
        switch level {
        case .debug: .secondary
        case .info: .plain
        case .warning: .busy
        case .error: .bad
        }
    }
}
