import ObserverEngine

/// The deliveries that GitHub sent.
enum DeliveriesView {
    static func draw(_ state: DashboardState, _ layout: Layout, in rect: Rect, into canvas: inout Canvas) {
        let pane = ListPaneView(
            pane: .deliveries, listing: state.deliveryListing, position: state.deliveries,
            total: state.shown?.deliveries.total ?? 0, emptySentence: emptySentence(state),
            lines: { [DeliveryRow($0, state, columns: $1, into: &$2).text] })
        pane.draw(state, layout, in: rect, into: &canvas)
    }

    private static func emptySentence(_ state: DashboardState) -> String {
        guard let mirror = state.shown else { return "Deliveries appear here once connected." }
        let filter = state.filter(of: .deliveries)
        if !filter.isEmpty { return "No delivery matches \"\(filter.text)\". Press Esc to show all." }
        let branch = mirror.engine.branch
        guard mirror.hook.registration == .registered, let url = mirror.hook.url else {
            return "No deliveries yet, and no webhook is registered. Press r to register it."
        }
        return "No deliveries yet. GitHub will call \(url) on the next push to \(branch)."
    }
}

/// One delivery in the list: age, event, commit, message and result.
struct DeliveryRow {
    let text: Text

    init(_ row: DeliverySummary, _ state: DashboardState, columns: Int, into canvas: inout Canvas) {
        let gap = Text.spaces(2)
        let gutter = state.relatedRows.contains(row) ? Text("┃", .accent) : .spaces(1)
        var left = gutter + state.listTime(row.receivedAt, into: &canvas) + gap
        if columns >= 46 { left += Text(row.event).fitted(to: 6) + gap }
        if columns >= 34 { left += Text(row.commit?.shortCommit ?? "", .secondary).fitted(to: 7) + gap }
        var right = Text()
        if columns >= 92 { right += gap + Text(row.branch ?? "", .secondary).fitted(to: 12) }
        if columns >= 76 { right += gap + Text(row.author ?? "", .secondary).fitted(to: 12) }
        let result = Self.result(row, state)
        right += gap + (columns >= 34 ? result.fitted(to: 10) : result)
        let space = columns - left.columns - right.columns
        text = left + Self.description(row).fitted(to: max(0, space)) + right
    }

    private static func result(_ row: DeliverySummary, _ state: DashboardState) -> Text {
        let mark = DeliveryMark(row, deployment: state.shown?.deployment(of: row))
        return Text(mark.word, Style(ink: mark.ink))
    }

    /// People recognise a commit by its message. If nothing is deployed, the reason matters more.
    private static func description(_ row: DeliverySummary) -> Text {
        if row.verdict == .accepted, let message = row.message { return Text(message) }
        if let reason = row.reason { return Text(reason, .secondary) }
        return Text(row.message ?? "", .secondary)
    }
}
