import ObserverEngine

extension Dashboard {
    mutating func run(_ command: Command) -> [DashboardEffect] {
        if let refusal = state.refusal(of: command) {
            state.notice = .refused(refusal)
            return []
        }
        switch command {
        case .move(let movement): return move(movement)
        case .focus(let pane): focus(pane)
        case .nextPane: focus(state.focus.moved(by: 1))
        case .previousPane: focus(state.focus.moved(by: -1))
        case .open: return openDetail()
        case .back: _ = goBack()
        case .quit: return goBack() ? [] : quit()
        case .interrupt: return quit()
        case .zoom: zoom()
        case .filter: openPrompt()
        case .nextMatch: search(forward: true)
        case .previousMatch: search(forward: false)
        case .follow: follow()
        case .engineLog: state.log = LogPosition(source: state.log.source == .engine ? .current : .engine)
        case .freeze: freeze()
        case .wrap: state.wraps.toggle()
        case .times: state.timeStyle = state.timeStyle.next
        case .copyID: return copy(state.selectedID)
        case .copyURL: return copy(state.selectedURL)
        case .commandLine: return copy(state.lastCommandLine)
        case .mouse: return toggleMouse()
        case .help: state.menu = Menu()
        case .redraw: return [.redraw]
        case .suspend: return [.suspend]
        case .register, .removeHook, .ping, .deploy, .rollback, .replay, .pause, .cancel: return act(command)
        }
        return []
    }

    /// Closes what is on top; false where nothing is.
    private mutating func goBack() -> Bool {
        if state.detail != nil {
            state.detail = nil
        } else if !state.filter(of: state.focus).isEmpty {
            clearFilter()
        } else if state.isZoomed {
            state.isZoomed = false
        } else {
            return false
        }
        return true
    }

    private mutating func zoom() {
        state.isZoomed.toggle()
        revealSelection()
    }

    private mutating func quit() -> [DashboardEffect] {
        guard state.owner == .thisProcess else { return [.quit] }
        state.dialog = .quit(branch: state.mirror?.engine.branch, at: state.now)
        return []
    }

    private mutating func follow() {
        if state.log.source != .engine { state.log.source = .current }
        state.log.follow()
    }

    private mutating func freeze() {
        state.frozen = state.isFrozen ? nil : state.mirror
        state.frozenAt = state.frozenAt == nil ? state.pictureTime : nil
        state.changesSinceFrozen = 0
    }

    private mutating func copy(_ text: String?) -> [DashboardEffect] {
        guard let text else { return [] }
        state.notice = .told("Copied: \(text)", at: state.now)
        return [.copy(text)]
    }

    private mutating func toggleMouse() -> [DashboardEffect] {
        state.usesMouse.toggle()
        state.notice = .told(
            state.usesMouse ? "Mouse on: click selects, the wheel scrolls." : "Mouse off: the terminal selects text.",
            at: state.now)
        return [.setMouse(state.usesMouse)]
    }
}
