extension Dashboard {
    mutating func point(_ event: MouseEvent) -> [DashboardEffect] {
        guard state.dialog == nil, state.prompt == nil, !state.layout.isTooSmall else { return [] }
        if let wheel = event.gesture.movement {
            guard state.menu == nil else { return press(wheel == .up ? .up : .down) }
            if state.detail == nil, let pane = pane(under: event), pane != state.focus { focus(pane) }
            return move(wheel)
        }
        guard state.menu == nil, state.detail == nil, let pane = pane(under: event) else { return [] }
        if pane != state.focus { focus(pane) }
        selectRow(under: event, in: pane)
        return []
    }

    private func pane(under event: MouseEvent) -> Pane? {
        state.layout.pane(atColumn: event.column, row: event.row)
    }

    private mutating func selectRow(under event: MouseEvent, in pane: Pane) {
        let room = state.layout.room(of: pane)
        guard room.contains(column: event.column, row: event.row) else { return }
        let line = event.row - room.row
        switch pane {
        case .deliveries:
            let listing = state.deliveryListing
            selectDelivery(state.first(in: listing, at: state.deliveries, room: room.rows) + line)
        case .deployments:
            let listing = state.deploymentListing
            let first = state.first(in: listing, at: state.deployments, room: room.rows)
            let row = Viewport.row(
                atLine: line, first: first, count: listing.count, heightOf: { listing[$0].listedLines })
            if let row { selectDeployment(row) }
        case .log:
            let lines = state.logLines
            let first = state.firstLogLine(in: lines, room: room.rows, columns: room.columns)
            let row = Viewport.row(
                atLine: line, first: first, count: lines.count,
                heightOf: { state.logHeight(of: lines[$0], columns: room.columns) })
            if let row { selectLogLine(row) }
        case .hook:
            break
        }
    }
}

extension MouseEvent.Gesture {
    fileprivate var movement: Movement? {
        switch self {
        case .wheelUp: .up
        case .wheelDown: .down
        case .click: nil
        }
    }
}
