import ObserverEngine

/// What a detail view says, line by line. The lines of a long body are made only when they are looked at.
struct Document {
    static let wrapIndent = 4

    let title: String
    private let head: [Text]
    private let body: [String]

    init(_ detail: Detail, in state: DashboardState) {
        var writer = DocumentWriter(columns: state.detailRoom.columns)
        var body: [String] = []
        switch detail.subject {
        case .delivery(let id):
            title = "Delivery \(id)"
            writer.write(delivery: id, detail.content, in: state)
            if case .delivery(_, let lines) = detail.content { body = lines }
        case .deployment(let id):
            title = "Deployment \(id)"
            writer.write(deployment: id, detail.content, in: state)
        case .logLine(let line):
            title = "Log line"
            writer.write(line, clock: state.logClock)
        case .hook:
            title = "Webhook"
            writer.writeHook(in: state)
        }
        head = writer.lines
        self.body = body
    }

    var count: Int { head.count + body.count }

    func line(_ index: Int) -> Text {
        index < head.count ? head[index] : Text("  " + body[index - head.count])
    }

    func rows(of index: Int, columns: Int, wraps: Bool) -> [Text] {
        wraps ? line(index).wrapped(to: columns, indent: Self.wrapIndent) : [line(index)]
    }

    /// The first line on the screen when the last one stands at the bottom.
    func lastTop(room: Rect, wraps: Bool) -> Int {
        Viewport.lastFirst(
            count: count, room: room.rows,
            heightOf: { wraps ? rows(of: $0, columns: room.columns, wraps: true).count : 1 })
    }
}
