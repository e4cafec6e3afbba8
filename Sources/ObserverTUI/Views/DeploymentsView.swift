import ObserverEngine

/// What we did about it, newest on top.
enum DeploymentsView {
    static func draw(_ state: DashboardState, _ layout: Layout, in rect: Rect, into canvas: inout Canvas) {
        let listing = state.deploymentListing
        let filter = state.filter(of: .deployments)
        let isFocused = state.focus == .deployments
        let room = rect.inset(columns: 1, rows: 1)
        var index = state.first(in: listing, at: state.deployments, room: room.rows)
        let selected = isFocused ? listing.index(of: state.deployments.selected) : nil
        let end = Viewport.end(first: index, count: listing.count, room: room.rows) { listing[$0].listedLines }
        let count = PaneTitle.count(
            shown: listing.count, total: state.shown?.deployments.total ?? 0, isFiltered: !filter.isEmpty,
            below: selected.map { $0 - end + 1 } ?? 0)
        let title = PaneTitle.text(
            of: .deployments, detail: PaneTitle.filter(filter), in: layout, focus: state.focus, columns: rect.columns)
        Frame.draw(title: title, note: count, isFocused: isFocused, in: rect, into: &canvas)
        guard listing.count > 0 else { return EmptyText.draw(emptySentence(state), in: room, into: &canvas) }
        var line = 0
        while index < listing.count, line < room.rows {
            let row = DeploymentRow(listing[index], state, columns: room.columns, into: &canvas)
            for text in row.lines {
                canvas.write(text.marking(filter), in: room.line(line))
                if index == selected { canvas.restyle(room.line(line)) { $0.ground = .selection } }
                line += 1
            }
            index += 1
        }
    }

    private static func emptySentence(_ state: DashboardState) -> String {
        guard let mirror = state.shown else { return "Deployments appear here once the engine answers." }
        let filter = state.filter(of: .deployments)
        if !filter.isEmpty { return "No deployment contains \"\(filter.text)\". Esc shows all." }
        return "Nothing was deployed yet. The next push to \(mirror.engine.branch) is; D deploys its head now."
    }
}
