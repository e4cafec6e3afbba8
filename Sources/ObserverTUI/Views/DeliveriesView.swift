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
        guard let mirror = state.shown else { return "Deliveries appear here once the engine answers." }
        let filter = state.filter(of: .deliveries)
        if !filter.isEmpty { return "No delivery contains \"\(filter.text)\". Esc shows all." }
        let branch = mirror.engine.branch
        guard mirror.hook.registration == .registered, let url = mirror.hook.url else {
            return "No deliveries yet. GitHub knows no webhook of ours: r registers it."
        }
        return "No deliveries yet. GitHub will call \(url) on the next push to \(branch)."
    }
}

/// One delivery in the list: when, what, which commit, why, and what became of it.
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
        let standing = Self.standing(row, state)
        right += gap + (columns >= 34 ? standing.fitted(to: 10) : standing)
        let room = columns - left.columns - right.columns
        text = left + Self.what(row).fitted(to: max(0, room)) + right
    }

    private static func standing(_ row: DeliverySummary, _ state: DashboardState) -> Text {
        let standing = DeliveryStanding(row, deployment: state.shown?.deployment(of: row))
        return Text(standing.word, Style(ink: standing.ink))
    }

    /// The commit's message is what people recognise; where nothing is deployed, the reason matters more.
    private static func what(_ row: DeliverySummary) -> Text {
        if row.verdict == .accepted, let message = row.message { return Text(message) }
        if let reason = row.reason { return Text(reason, .secondary) }
        return Text(row.message ?? "", .secondary)
    }
}
