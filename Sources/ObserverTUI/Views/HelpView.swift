/// Every key with its description, or why it is unavailable. Enter runs the selected key.
enum HelpView {
    static func draw(_ state: DashboardState, in rect: Rect, into canvas: inout Canvas) {
        guard let menu = state.menu else { return }
        let space = rect.inset(columns: 1, rows: 1)
        let bindings = KeyMap.bindings
        let first = Viewport.first(
            count: bindings.count, space: space.rows, anchor: menu.selected - space.rows / 2, selected: menu.selected,
            heightOf: { _ in 1 })
        let below = bindings.count - first - space.rows
        let note = Text("Enter runs the key", .secondary) + (below > 0 ? Text("  ↓\(below)", .accent) : Text())
        Frame.draw(title: Text("Help", .accent.bold), notes: [note], isFocused: true, in: rect, into: &canvas)
        for line in 0..<min(space.rows, bindings.count - first) {
            let index = first + line
            let opensSection = line == 0 || bindings[index].section != bindings[index - 1].section
            let text = row(bindings[index], opensSection: opensSection, state, columns: space.columns)
            canvas.write(text, in: space.line(line), offset: 1)
            if index == menu.selected { canvas.restyle(space.line(line)) { $0.ground = .selection } }
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
        return text + Text(refusal.map { "Unavailable: \($0)" } ?? binding.help, .secondary)
    }
}
