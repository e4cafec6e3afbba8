import ObserverEngine

/// Handles key presses: by the dialog, prompt or help if open, else by the key map.
extension Dashboard {
    mutating func press(_ key: Key) -> [DashboardEffect] {
        if key == .control("z") { return [.suspend] }
        if key == .control("l") { return [.redraw] }
        if state.layout.isTooSmall { return key == .control("c") ? run(.interrupt) : [] }
        state.notice = nil
        if state.dialog != nil { return answer(with: key) }
        if state.prompt != nil {
            type(key)
            return []
        }
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
                state.notice = .error("Pasted text is ignored here.")
                break
            }
            effects += press(key)
        }
        return effects
    }

    mutating func paste(_ text: String) {
        guard state.prompt != nil else {
            state.notice = .error("Pasted text is ignored here.")
            return
        }
        for character in text.prefix(200) where !character.isNewline { type(.character(character)) }
    }

    private mutating func answer(with key: Key) -> [DashboardEffect] {
        guard let answer = state.dialog?.press(key, at: state.now), let dialog = state.dialog else { return [] }
        switch answer {
        case .none:
            return []
        case .no:
            state.dialog = nil
            return []
        case .yes:
            state.dialog = nil
            switch dialog.consequence {
            case .quit: return [.quit]
            case .action(let action): return request(action)
            }
        }
    }

    private mutating func choose(with key: Key) -> [DashboardEffect] {
        guard let menu = state.menu else { return [] }
        switch KeyMap.command(for: key) {
        case .move(let movement):
            let page = state.layout.body.inset(columns: 1, rows: 1).rows
            state.menu?.selected = movement.target(from: menu.selected, count: KeyMap.bindings.count, page: page)
            return []
        case .open:
            state.menu = nil
            return run(KeyMap.bindings[menu.selected].command)
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

    private mutating func type(_ key: Key) {
        guard var prompt = state.prompt else { return }
        switch key {
        case .enter:
            state.prompt = nil
            if state.detail != nil { search(forward: true) }
            return
        case .escape, .control("c"):
            state.prompt = nil
            state.deliveries = prompt.deliveries
            state.deployments = prompt.deployments
            narrow(to: prompt.before)
            return
        case .character(let character) where prompt.text.count < 200: prompt.text.append(character)
        case .backspace: _ = prompt.text.popLast()
        case .control("u"): prompt.text = ""
        default: break
        }
        state.prompt = prompt
        narrow(to: SearchTerm(prompt.text))
    }
}

extension Dashboard {
    mutating func run(_ command: Command) -> [DashboardEffect] {
        if let refusal = state.refusal(of: command) {
            state.notice = .error(refusal)
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

    /// Closes the topmost view; returns false if none is open.
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
            state.usesMouse ? "Mouse on: click selects, wheel scrolls." : "Mouse off: the terminal selects text.",
            at: state.now)
        return [.setMouse(state.usesMouse)]
    }
}
