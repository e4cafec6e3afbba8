import ObserverEngine

/// Handles key presses: by the dialog, prompt or help if open, else by the key map.
extension Dashboard {
    mutating func press(_ key: Key) -> [DashboardEffect] {
        if key == .control("z") { return suspend() }
        if key == .control("l") { return [.redraw] }
        if state.layout.isTooSmall { return key == .control("c") ? run(.interrupt) : [] }
        if state.now < state.ignoresKeysUntil, key != .control("c") { return [] }
        state.notice = nil
        if state.dialog != nil { return answer(with: key) }
        if state.prompt != nil {
            type(key)
            return []
        }
        if state.pauseForm != nil { return answerPause(with: key) }
        if state.menu != nil { return choose(with: key) }
        return KeyMap.command(for: key).map { run($0) } ?? []
    }

    /// Presses keys that arrived together. Ignores those of a line that was typed or pasted into the wrong window: only
    /// an input line takes text, and a held key repeats.
    mutating func press(_ keys: [Key]) -> [DashboardEffect] {
        let text = keys.filter(\.isText)
        let isText = text.count > 2 && Set(text).count > 1 && text.contains { KeyMap.command(for: $0)?.isMove != true }
        var effects: [DashboardEffect] = []
        for (index, key) in keys.enumerated() {
            guard !isText || state.takesText || index == 0 && key == "/" else {
                state.notice = .error("Pasted text is ignored here.", at: state.now)
                break
            }
            effects += press(key)
        }
        return effects
    }

    mutating func paste(_ text: String) {
        guard state.prompt != nil || state.pauseForm != nil else {
            state.notice = .error("Pasted text is ignored here.", at: state.now)
            return
        }
        for character in text.prefix(200) where !character.isNewline { _ = press(.character(character)) }
    }

    private mutating func choose(with key: Key) -> [DashboardEffect] {
        guard let menu = state.menu else { return [] }
        let bindings = menu.bindings
        switch key {
        case .left, "h", .right, "l":
            let step = key == .left || key == "h" ? -1 : 1
            let target = state.helpGrid(of: menu).adjacent(to: menu.selected, by: step)
            state.menu?.selected = target
            return []
        default: break
        }
        switch KeyMap.command(for: key) {
        case .move(let movement):
            let page = state.helpArea.rows
            state.menu?.selected = movement.target(from: menu.selected, count: bindings.count, page: page)
            return []
        case .open:
            state.menu = nil
            return bindings.indices.contains(menu.selected) ? run(bindings[menu.selected].command) : []
        case .filter:
            openPrompt()
            return []
        case .back where !menu.filter.isEmpty:
            state.menu = HelpMenu()
            return []
        case .help, .back, .quit:
            state.menu = nil
            return []
        case let command?:
            state.menu = nil
            return run(command)
        case nil:
            return []
        }
    }
}

extension Dashboard {
    mutating func run(_ command: Command) -> [DashboardEffect] {
        if let refusal = state.refusal(of: command) {
            state.notice = .error(refusal, at: state.now)
            return []
        }
        switch command {
        case .move(let movement): return move(movement)
        case .focus(let pane): focus(pane)
        case .nextPane: focus(state.pane(by: 1))
        case .previousPane: focus(state.pane(by: -1))
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
        case .wrap: wrap()
        case .times: state.timeStyle = state.timeStyle.next
        case .copyID: return copy(state.selectedID)
        case .copyURL: return copy(state.selectedURL)
        case .commandLine: return copy(state.lastCommandLine)
        case .mouse: return toggleMouse()
        case .audit: return openAudit()
        case .help: state.menu = HelpMenu()
        case .redraw: return [.redraw]
        case .suspend: return suspend()
        case .register, .removeHook, .ping, .deploy, .rollback, .replay, .pause, .cancel, .approve, .acceptRepository:
            return act(command)
        }
        return []
    }

    /// Closes the topmost view; returns false if none is open.
    private mutating func goBack() -> Bool {
        if state.detail?.search.isEmpty == false {
            state.detail?.search = SearchTerm("")
            state.detail?.match = nil
        } else if state.detail != nil {
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

    /// The observer of this process would stop without a word.
    private mutating func suspend() -> [DashboardEffect] {
        let isAsked = state.dialog?.consequence == .suspend
        guard state.owner.stopsWithDashboard, !isAsked, !state.layout.isTooSmall else {
            if isAsked { state.dialog = nil }
            return [.suspend]
        }
        (state.prompt, state.pauseForm, state.menu) = (nil, nil, nil)
        state.dialog = .suspend(branch: state.mirror?.engine.branch, at: state.now)
        return []
    }

    private mutating func wrap() {
        state.wraps.toggle()
        state.log.hiddenRows = 0
        state.detail?.top.row = 0
        state.notice = .info(
            state.wraps ? "Long lines are wrapped." : "Long lines are cut; Enter shows a whole line.", at: state.now)
    }

    private mutating func quit() -> [DashboardEffect] {
        guard state.owner.stopsWithDashboard else { return end() }
        state.dialog = .quit(branch: state.mirror?.engine.branch, at: state.now)
        return []
    }

    /// Quitting waits a moment for answers.
    mutating func end() -> [DashboardEffect] {
        let commands = state.unanswered.map(\.commandLine).joined(separator: ", ")
        if !commands.isEmpty { state.notice = .info("Waiting for the response to \(commands).", at: state.now) }
        return [.quit]
    }

    private mutating func follow() {
        if state.log.source != .engine { state.log.source = .current }
        state.log.follow()
    }

    private mutating func freeze() {
        state.frozen = state.isFrozen ? nil : state.mirror
        state.frozenAt = state.frozenAt == nil ? state.shownTime : nil
        state.changesSinceFrozen = 0
    }

    private mutating func copy(_ text: String?) -> [DashboardEffect] {
        guard let text else { return [] }
        state.notice = .info("Sent to the terminal's clipboard: \(text)", at: state.now)
        return [.copy(text)]
    }

    private mutating func toggleMouse() -> [DashboardEffect] {
        state.usesMouse.toggle()
        state.notice = .info(
            state.usesMouse
                ? "Mouse on: click selects, double click opens. Hold Shift to select text."
                : "Mouse off: the terminal selects text.",
            at: state.now)
        return [.setMouse(state.usesMouse)]
    }
}
