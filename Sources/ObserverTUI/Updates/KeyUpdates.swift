import ObserverEngine

/// Keys go to what is on top: a dialog, the help, the prompt, and then the key map.
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

    mutating func paste(_ text: String) {
        guard state.prompt != nil else {
            state.notice = .refused("Pasted text is not taken as keys.")
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
            case .action(let action): return ask(for: action)
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
