import ObserverEngine

/// The last line: keys, a notice or the prompt.
enum KeyBarView {
    static func draw(_ state: DashboardState, in line: Rect, into canvas: inout Canvas) {
        let area = line.inset(columns: 1, rows: 0)
        if let prompt = state.prompt {
            drawPrompt(prompt, in: area, into: &canvas)
        } else if let notice = state.notice {
            canvas.expires(at: notice.expiry)
            drawSentence(Text(notice.text, Style(ink: notice.ink)), above: line, into: &canvas)
        } else {
            drawKeys(state, in: area, into: &canvas)
        }
    }

    private static func drawPrompt(_ prompt: Prompt, in area: Rect, into canvas: inout Canvas) {
        let typed = Text("/", .accent.bold) + Text(prompt.text)
        let hint = Text("Enter apply   Esc cancel", .secondary)
        canvas.write(typed, in: area)
        if typed.columns + hint.columns + 3 <= area.columns { canvas.writeRight(hint, in: area) }
        canvas.cursor = .init(column: min(area.column + typed.columns, area.endColumn - 1), row: area.row)
    }

    /// A long sentence covers up to two of the lines above.
    private static func drawSentence(_ sentence: Text, above bar: Rect, into canvas: inout Canvas) {
        let lines = sentence.wrapped(to: bar.columns - 2).suffix(3)
        for (index, line) in lines.enumerated() {
            let row = Rect(column: bar.column, row: bar.row - lines.count + 1 + index, columns: bar.columns, rows: 1)
            canvas.clear(row)
            canvas.write(line, in: row.inset(columns: 1, rows: 0))
        }
    }

    private static func drawKeys(_ state: DashboardState, in area: Rect, into canvas: inout Canvas) {
        let quit = state.dialog == nil ? entry("q", state.isAtRoot ? "quit" : "back", isPossible: true) : Text()
        canvas.writeRight(quit, in: area)
        let space = area.columns - quit.columns - 2
        if case .lost(_, let reason, _) = state.connection {
            let text = Text("Connection lost: \(reason)", .bad)
            return canvas.write(text.truncatedInTheMiddle(to: max(0, space)), in: area)
        }
        var shown = entries(state)
        while !shown.isEmpty, Text.joined(shown.map(\.text), by: "  ").columns > space {
            guard let least = shown.indices.max(by: { shown[$0].rank < shown[$1].rank }) else { break }
            shown.remove(at: least)
        }
        canvas.write(.joined(shown.map(\.text), by: "  "), in: area)
    }

    private static func entries(_ state: DashboardState) -> [(rank: Int, text: Text)] {
        if let dialog = state.dialog {
            return fixed([("Esc", "no"), ("Enter", dialog.isYesFocused ? "yes" : "no")])
                + (dialog.requiredWord == nil ? fixed([("Tab", "switch")]) : [])
        }
        if state.menu != nil { return fixed([("Enter", "run"), ("j k", "move")]) }
        if state.detail != nil {
            return fixed([("/", "search"), ("n", "next"), ("j k", "scroll"), ("w", "wrap"), ("?", "help")])
        }
        return KeyMap.bindings.compactMap { binding in
            guard let rank = binding.bar, binding.command != .quit, let key = binding.keys.first else { return nil }
            let label = binding.command == .pause && state.shown?.engine.isPaused == true ? "resume" : binding.label
            return (rank, entry(key.name, label, isPossible: state.refusal(of: binding.command) == nil))
        }
    }

    private static func fixed(_ entries: [(String, String)]) -> [(rank: Int, text: Text)] {
        entries.enumerated().map { ($0.offset, entry($0.element.0, $0.element.1, isPossible: true)) }
    }

    private static func entry(_ key: String, _ label: String, isPossible: Bool) -> Text {
        Text(key, isPossible ? .bold : .secondary) + Text(" \(label)", .secondary)
    }
}

extension DashboardState {
    /// Whether q quits.
    fileprivate var isAtRoot: Bool {
        detail == nil && menu == nil && !isZoomed && filter(of: focus).isEmpty
    }
}
