import ObserverEngine

/// The deliveries that GitHub sent.
enum DeliveriesView {
    static func draw(_ state: DashboardState, _ layout: Layout, in rect: Rect, into canvas: inout Canvas) {
        let related = state.relatedRows
        let pane = ListPaneView(
            pane: .deliveries, listing: state.deliveryListing, position: state.deliveries,
            total: state.shown?.deliveries.total ?? 0, emptySentence: emptySentence(state),
            headings: { DeliveryColumns($0, state).headings },
            lines: { row, count, columns, canvas in
                let line = DeliveryColumns(columns, state).line(
                    row, count: count, isRelated: related.contains(row), into: &canvas)
                return [line]
            })
        pane.draw(state, layout, in: rect, into: &canvas)
    }

    private static func emptySentence(_ state: DashboardState) -> String {
        guard let mirror = state.shown else { return "Deliveries appear here once connected." }
        let filter = state.filter(of: .deliveries)
        if !filter.isEmpty { return "No delivery matches \"\(filter.text)\". Press Esc to show all." }
        let branch = mirror.engine.branch
        guard mirror.hook.registration == .registered, let url = mirror.hook.url else {
            switch mirror.hook.registration {
            case .unknown: return "No deliveries yet. The webhook has not been checked on GitHub yet."
            case .removing: return "No deliveries yet, and the webhook is being removed."
            case .registered, .removed, .unreachable, .failed:
                return "No deliveries yet, and no webhook is registered."
                    + state.remedy("Press r to register it.", for: .register)
            }
        }
        return "No deliveries yet. GitHub will call \(url) on the next push to \(branch)."
    }
}

/// The columns of the list of deliveries: age, event, commit, message and result, as far as they fit.
struct DeliveryColumns {
    private static let gap = Text.spaces(2)

    private let columns: Int
    private let state: DashboardState

    init(_ columns: Int, _ state: DashboardState) {
        self.columns = columns
        self.state = state
    }

    var headings: Text {
        let cells = Cells(
            event: Text("EVENT", .secondary), commit: Text("COMMIT", .secondary), message: Text("MESSAGE", .secondary),
            branch: Text("BRANCH", .secondary), author: Text("AUTHOR", .secondary), result: Text("RESULT", .secondary))
        return .spaces(1) + state.timeHeading + rest(cells)
    }

    func line(_ row: DeliverySummary, count: Int, isRelated: Bool, into canvas: inout Canvas) -> Text {
        let gutter = Text.gutter(isRelated: isRelated)
        let mark = DeliveryMark(row, deployment: state.shown?.deployment(of: row))
        let result = Text(mark.word, Style(ink: mark.ink))
        let left = gutter + state.listTime(row.receivedAt, into: &canvas)
        guard count == 1 else {
            let isPing = row.verdict == .ping
            let sentence = isPing ? "\(row.event) × \(count)" : "× \(count) rejected, \(row.reason ?? "")"
            let right = isPing ? Self.gap + fitted(result) : Text()
            let space = columns - left.columns - right.columns - 2
            return left + Self.gap + Text(sentence, isPing ? .plain : .bad).fitted(to: max(0, space)) + right
        }
        let cells = Cells(
            event: Text(row.event), commit: Text(row.commit?.shortCommit ?? "", .secondary),
            message: description(row), branch: Text(row.branch ?? "", .secondary),
            author: Text(row.author ?? "", .secondary), result: result)
        return left + rest(cells)
    }

    private struct Cells {
        let event, commit, message, branch, author, result: Text
    }

    private func rest(_ cells: Cells) -> Text {
        let gap = Self.gap
        var left = gap
        if showsEvent { left += cells.event.fitted(to: 6) + gap }
        if columns >= 34 { left += cells.commit.fitted(to: 7) + gap }
        var right = Text()
        if columns >= 92 { right += gap + cells.branch.fitted(to: 12) }
        if columns >= 84 { right += gap + cells.author.fitted(to: 12) }
        right += gap + fitted(cells.result)
        let space = columns - 1 - state.timeColumns - left.columns - right.columns
        return left + cells.message.fitted(to: max(0, space)) + right
    }

    /// Almost every row is a push; where space is short, the message matters more.
    private var showsEvent: Bool { columns >= 64 }

    private func fitted(_ result: Text) -> Text { result.fitted(to: columns >= 34 ? 11 : 9) }

    /// People recognise a commit by its message. If nothing is deployed, the reason matters more.
    private func description(_ row: DeliverySummary) -> Text {
        if !showsEvent, row.verdict == .ping { return Text(row.event) }
        if row.verdict == .accepted, let message = row.message { return Text(message) }
        if let reason = row.reason { return Text(reason, .secondary) }
        return Text(row.message ?? "", .secondary)
    }
}
