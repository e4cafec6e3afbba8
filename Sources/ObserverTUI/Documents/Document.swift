import ObserverEngine

import struct Foundation.Date

/// The lines of a detail view. Lines of a long body are only made when shown.
struct Document {
    static let wrapIndent = 4

    let title: String
    /// When a time in it becomes outdated.
    let expiry: Date?
    private let head: [Text]
    private let body: [String]

    init(_ detail: Detail, in state: DashboardState) {
        var writer = DocumentWriter(columns: state.detailArea.columns)
        var body: [String] = []
        switch detail.subject {
        case .delivery(let id):
            title = "Delivery \(id)"
            writer.write(delivery: id, detail.content, in: state)
            if case .delivery(_, let lines) = detail.content { body = lines }
        case .deployment(let id):
            title = "Deployment \(id)"
            writer.write(deployment: id, detail.content, in: state)
        case .app(let id):
            title = "App \(id)"
            writer.write(app: id, detail.content, in: state)
        case .logLine(let line):
            title = "Log line"
            writer.write(line, clock: state.timesClock)
        case .audit:
            title = "Actions of operators"
            writer.writeAudit(detail.content, in: state)
        case .hook:
            title = "Webhook"
            writer.writeHook(in: state)
        }
        head = writer.lines
        expiry = writer.expiry
        self.body = body
    }

    var count: Int { head.count + body.count }

    func line(_ index: Int) -> Text {
        index < head.count ? head[index] : Text("  " + body[index - head.count])
    }

    func rows(of index: Int, columns: Int, wraps: Bool) -> [Text] {
        wraps ? line(index).wrapped(to: columns, indent: Self.wrapIndent) : [line(index)]
    }

    /// The number of rows of a line on the screen.
    func height(of index: Int, columns: Int, wraps: Bool) -> Int {
        wraps ? rows(of: index, columns: columns, wraps: true).count : 1
    }

    /// The first visible row when the last one is at the bottom.
    func lastTop(space: Rect, wraps: Bool) -> ScrollPoint {
        .last(count: count, space: space.rows) { height(of: $0, columns: space.columns, wraps: wraps) }
    }
}

/// Collects the lines of a document: headings, labelled values and paragraphs.
struct DocumentWriter {
    /// Values are wrapped at this width.
    let columns: Int
    private(set) var lines: [Text] = []
    private(set) var expiry: Date?
    var labelColumns = 12

    init(columns: Int) {
        self.columns = columns
    }

    mutating func heading(_ text: String) {
        if !lines.isEmpty { lines.append(Text()) }
        lines.append(Text(text, .bold))
    }

    /// A value may have several lines.
    mutating func value(_ label: String, _ value: String?, _ style: Style = .plain) {
        let lines = (value ?? "").split(whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() { self.value(index == 0 ? label : "", Text(String(line), style)) }
    }

    /// Wraps long values.
    mutating func value(_ label: String, _ value: Text) {
        let space = max(10, columns - labelColumns - 2)
        for (index, line) in value.wrapped(to: space).enumerated() {
            let label = Text(index == 0 ? label : "", .secondary).fitted(to: labelColumns)
            lines.append(.spaces(2) + label + line)
        }
    }

    mutating func line(_ text: Text) {
        lines.append(.spaces(2) + text)
    }

    /// Returns the text of a time. The document expires with it.
    mutating func stamp(_ time: TimeText) -> String {
        expiry = [expiry, time.expiry].compactMap { $0 }.min()
        return time.text
    }
}

extension DocumentWriter {
    mutating func write(_ entry: LogLine, clock: WallClock) {
        heading("Log line \(entry.sequence)")
        value("time", clock.full(entry.at))
        value("level", entry.level.rawValue, Style(ink: LogText.ink(of: entry.level)))
        value("verb", entry.verb)
        value("deployment", entry.deployment.map { "\($0)" } ?? "none (engine log)")
        value("text", entry.text)
    }
}
