/// Every key with what it does, or why it can't do it now. Enter runs the selected one.
enum HelpView {
    static func draw(_ state: DashboardState, in rect: Rect, into canvas: inout Canvas) {
        guard let menu = state.menu else { return }
        let room = rect.inset(columns: 1, rows: 1)
        let bindings = KeyMap.bindings
        let first = Viewport.first(
            count: bindings.count, room: room.rows, anchor: menu.selected - room.rows / 2, selected: menu.selected,
            heightOf: { _ in 1 })
        let below = bindings.count - first - room.rows
        let note = Text("Enter runs it", .secondary) + (below > 0 ? Text("  ↓\(below)", .accent) : Text())
        Frame.draw(title: Text("Help", .accent.bold), note: note, isFocused: true, in: rect, into: &canvas)
        for line in 0..<min(room.rows, bindings.count - first) {
            let index = first + line
            let opensSection = line == 0 || bindings[index].section != bindings[index - 1].section
            let text = row(bindings[index], opensSection: opensSection, state, columns: room.columns)
            canvas.write(text, in: room.line(line), offset: 1)
            if index == menu.selected { canvas.restyle(room.line(line)) { $0.ground = .selection } }
        }
    }

    private static func row(
        _ binding: KeyBinding, opensSection: Bool, _ state: DashboardState, columns: Int
    ) -> Text {
        let refusal = state.refusal(of: binding.command)
        var text = Text()
        if columns >= 60 { text += Text(opensSection ? binding.section.rawValue : "", .secondary).fitted(to: 9) }
        text += Text(binding.keyNames, refusal == nil ? .bold : .secondary).fitted(to: columns >= 60 ? 18 : 10)
        if columns >= 100 { text += Text(binding.label, refusal == nil ? .plain : .secondary).fitted(to: 15) }
        return text + Text(refusal.map { "not now: \($0)" } ?? binding.help, .secondary)
    }
}
