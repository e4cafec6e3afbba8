import Foundation
import ObserverEngine

extension Dashboard {
    mutating func point(_ event: MouseEvent) -> [DashboardEffect] {
        guard !state.layout.isTooSmall else { return [] }
        if let wheel = event.gesture.movement { return turn(wheel, at: event) }
        guard state.prompt == nil, state.pauseForm == nil else { return [] }
        if state.layout.bar.contains(column: event.column, row: event.row) { return clickBar(at: event) }
        if let dialog = state.dialog { return click(dialog, at: event) }
        if let menu = state.menu {
            guard let index = state.helpGrid(of: menu).index(atColumn: event.column, row: event.row) else { return [] }
            guard index == menu.selected else {
                state.menu?.selected = index
                return []
            }
            return press(.enter)
        }
        guard state.detail == nil else { return [] }
        return clickPane(at: event)
    }

    private mutating func turn(_ wheel: Movement, at event: MouseEvent) -> [DashboardEffect] {
        guard state.prompt == nil else { return [] }
        guard state.dialog == nil else {
            scrollPlan(wheel)
            return []
        }
        guard state.menu == nil else { return press(wheel == .up ? .up : .down) }
        if state.detail == nil, let pane = pane(under: event), pane != state.focus { focus(pane) }
        return move(wheel)
    }

    private mutating func clickBar(at event: MouseEvent) -> [DashboardEffect] {
        let bar = state.layout.bar.inset(columns: 1, rows: 0)
        guard state.notice == nil,
            let key = KeyBar(state, columns: bar.columns).key(atColumn: event.column - bar.column)
        else {
            state.notice = nil
            return []
        }
        return press(key)
    }

    private mutating func click(_ dialog: Dialog, at event: MouseEvent) -> [DashboardEffect] {
        let box = DialogBox(dialog, in: state.layout.body)
        let isYes = box.yesButton.contains(column: event.column, row: event.row)
        guard isYes || box.noButton.contains(column: event.column, row: event.row),
            let answer = state.dialog?.click(yes: isYes, at: state.now)
        else { return [] }
        return take(answer)
    }

    private mutating func clickPane(at event: MouseEvent) -> [DashboardEffect] {
        if let tab = state.tab(atColumn: event.column, row: event.row) {
            focus(tab)
            return []
        }
        guard let pane = pane(under: event) else { return [] }
        // Moving the focus may scroll the list.
        let row = row(under: event, in: pane)
        if pane != state.focus { focus(pane) }
        let before = state.lastClick
        state.lastClick = Click(pane: pane, row: row ?? 0, at: state.now)
        if let row {
            switch pane {
            case .deliveries: selectDelivery(row)
            case .deployments: selectDeployment(row)
            case .apps: selectApp(row)
            case .log: selectLogLine(row)
            case .hook: break
            }
        }
        guard row != nil || pane == .hook, let before, before.pane == pane, before.row == row ?? 0,
            state.now.timeIntervalSince(before.at) <= Click.interval
        else { return [] }
        state.lastClick = nil
        return openDetail()
    }

    private func pane(under event: MouseEvent) -> Pane? {
        state.layout.pane(atColumn: event.column, row: event.row)
    }

    private func row(under event: MouseEvent, in pane: Pane) -> Int? {
        let space = state.layout.space(of: pane)
        guard space.contains(column: event.column, row: event.row) else { return nil }
        let line = event.row - space.row
        switch pane {
        case .deliveries:
            let listing = state.deliveryListing
            return state.first(in: listing, at: state.deliveries, of: pane, space: space.rows) + line
        case .deployments:
            let listing = state.deploymentListing
            let first = state.first(in: listing, at: state.deployments, of: pane, space: space.rows)
            return Viewport.row(
                atLine: line, first: first, count: listing.count, heightOf: { listing[$0].listedLines })
        case .apps:
            let listing = state.appListing
            return state.first(in: listing, at: state.apps, of: pane, space: space.rows) + line
        case .log:
            let lines = state.logLines
            let top = state.logTop(in: lines, space: space.size)
            return Viewport.row(
                atLine: line + top.row, first: top.item, count: lines.count,
                heightOf: { state.logHeight(of: lines[$0], columns: space.columns) })
        case .hook:
            return nil
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
