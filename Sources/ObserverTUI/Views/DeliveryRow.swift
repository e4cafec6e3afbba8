import ObserverEngine

/// One delivery in the list: when, what, which commit, why, and what became of it.
struct DeliveryRow {
    let text: Text

    init(_ row: DeliverySummary, _ state: DashboardState, columns: Int, into canvas: inout Canvas) {
        let gap = Text.spaces(2)
        let gutter = state.strand.contains(row) ? Text("┃", .accent) : .spaces(1)
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
