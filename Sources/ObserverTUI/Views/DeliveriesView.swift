import ObserverEngine

/// What GitHub told us, newest on top.
enum DeliveriesView {
    static func draw(_ state: DashboardState, _ layout: Layout, in rect: Rect, into canvas: inout Canvas) {
        let listing = state.deliveryListing
        let filter = state.filter(of: .deliveries)
        let isFocused = state.focus == .deliveries
        let room = rect.inset(columns: 1, rows: 1)
        let first = state.first(in: listing, at: state.deliveries, room: room.rows)
        let selected = isFocused ? listing.index(of: state.deliveries.selected) : nil
        let count = PaneTitle.count(
            shown: listing.count, total: state.shown?.deliveries.total ?? 0, isFiltered: !filter.isEmpty,
            below: selected.map { $0 - first - room.rows + 1 } ?? 0)
        let title = PaneTitle.text(
            of: .deliveries, detail: PaneTitle.filter(filter), in: layout, focus: state.focus, columns: rect.columns)
        Frame.draw(title: title, note: count, isFocused: isFocused, in: rect, into: &canvas)
        guard listing.count > 0 else { return EmptyText.draw(emptySentence(state), in: room, into: &canvas) }
        for line in 0..<min(room.rows, listing.count - first) {
            let delivery = listing[first + line]
            let row = DeliveryRow(delivery, state, columns: room.columns, into: &canvas)
            canvas.write(row.text.marking(filter), in: room.line(line))
            if first + line == selected {
                canvas.restyle(room.line(line)) { $0.ground = .selection }
            }
        }
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
