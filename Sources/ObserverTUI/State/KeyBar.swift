import ObserverEngine

/// The keys in the last line that matter now, and where they are.
struct KeyBar {
    struct Entry {
        let text: Text
        /// A click on it presses this key.
        let key: Key
        /// The importance where space is short; 0 is the highest.
        let rank: Int
        var column = 0
    }

    private static let gap = 2

    private(set) var entries: [Entry] = []

    /// - Parameter columns: The width of the line without its margins.
    init(_ state: DashboardState, columns: Int) {
        let quit = state.dialog == nil ? Self.entry("q", state.isAtRoot ? "quit" : "back", rank: 0) : nil
        let space = columns - (quit.map { $0.text.columns + Self.gap } ?? 0)
        var shown = Self.candidates(state)
        while !shown.isEmpty, Self.width(of: shown) > space {
            guard let least = shown.indices.max(by: { shown[$0].rank < shown[$1].rank }) else { break }
            shown.remove(at: least)
        }
        var column = 0
        for index in shown.indices {
            shown[index].column = column
            column += shown[index].text.columns + Self.gap
        }
        entries = shown
        if var quit {
            quit.column = max(0, columns - quit.text.columns)
            entries.append(quit)
        }
    }

    /// The key at this column.
    func key(atColumn column: Int) -> Key? {
        entries.first { ($0.column..<$0.column + $0.text.columns).contains(column) }?.key
    }

    private static func width(of entries: [Entry]) -> Int {
        entries.reduce(0) { $0 + $1.text.columns } + gap * (entries.count - 1)
    }

    private static func candidates(_ state: DashboardState) -> [Entry] {
        if let dialog = state.dialog { return answers(to: dialog, in: state.layout.body) }
        if case .lost = state.connection { return [] }
        if state.menu != nil {
            return ranked([(.enter, "run"), ("j", "move"), ("/", "filter")])
        }
        if state.detail != nil {
            return ranked([("/", "search"), ("n", "next"), ("j", "scroll"), ("w", "wrap"), ("?", "help")])
        }
        return KeyMap.bindings.compactMap { binding in
            guard let rank = binding.bar, binding.command != .quit, let key = binding.keys.first else { return nil }
            let isPossible = state.refusal(of: binding.command) == nil
            // Plans that wait for approval are rare.
            if binding.command == .approve, !isPossible { return nil }
            let label = binding.command == .pause && state.isPausedOrHeld ? "resume" : binding.label
            // While a deployment runs, to cancel it matters more than to start another one.
            return entry(
                key, label, rank: binding.command == .cancel && isPossible ? 1 : rank, isPossible: isPossible)
        }
    }

    private static func answers(to dialog: Dialog, in area: Rect) -> [Entry] {
        let box = DialogBox(dialog, in: area)
        let verb = box.yesLabel.lowercased()
        if dialog.requiredWord != nil {
            return ranked([(.escape, "cancel")] + (dialog.isYesFocused ? [(.enter, verb)] : []))
        }
        let scrolling: [(Key, String)] = box.isScrollable ? [("j", "scroll")] : []
        let yes: [(Key, String)] = dialog.canConfirm ? [(.character("y"), verb)] : []
        return ranked(
            yes + [("n", "no"), (.enter, dialog.isYesFocused ? verb : "no"), (.tab, "switch")] + scrolling, keeping: "n"
        )
    }

    /// - Parameter safe: The key that matters most; the others are in the order of their importance.
    private static func ranked(_ entries: [(Key, String)], keeping safe: Key? = nil) -> [Entry] {
        entries.enumerated().map { entry($0.element.0, $0.element.1, rank: $0.element.0 == safe ? 0 : $0.offset + 1) }
    }

    private static func entry(_ key: Key, _ label: String, rank: Int, isPossible: Bool = true) -> Entry {
        let text = Text(key.name, isPossible ? .bold : .secondary) + Text(" \(label)", .secondary)
        return Entry(text: text, key: key, rank: rank)
    }
}

extension DashboardState {
    /// Whether P ends a pause or a hold.
    fileprivate var isPausedOrHeld: Bool {
        guard let engine = shown?.engine else { return false }
        return engine.isPaused || engine.heldAt != nil
    }

    /// Whether q quits.
    var isAtRoot: Bool {
        detail == nil && menu == nil && !isZoomed && filter(of: focus).isEmpty
    }
}
