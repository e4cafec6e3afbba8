/// Every key with its description. Enter runs the selected key, or shows why it is unavailable.
enum HelpView {
    static func draw(_ state: DashboardState, in rect: Rect, into canvas: inout Canvas) {
        guard let menu = state.menu else { return }
        let bindings = menu.bindings
        let grid = state.helpGrid(of: menu)
        let below = grid.rowsBelow > 0 ? Text("  ↓\(grid.rowsBelow)", .accent) : Text()
        let filter = menu.filter.isEmpty ? Text() : Text("  /\(menu.filter.text)", .busy)
        Frame.draw(
            title: Text("Help", .accent.bold) + filter, notes: [Text("Enter runs the key", .secondary) + below],
            style: .accent, in: rect, into: &canvas)
        guard !bindings.isEmpty else {
            let sentence = "No key matches \"\(menu.filter.text)\". Press Esc to show all."
            return EmptyText.draw(sentence, in: state.helpArea, into: &canvas)
        }
        for index in bindings.indices {
            guard let line = grid.rect(of: index) else { continue }
            let isFirst = index % grid.rows == grid.first
            let opensSection = isFirst || bindings[index].section != bindings[index - 1].section
            let text = row(bindings[index], opensSection: opensSection, state, columns: grid.width)
            canvas.write(text.marking(menu.filter), in: line)
            if index == menu.selected { canvas.restyle(line) { $0.ground = .selection } }
        }
        if bindings.indices.contains(menu.selected) {
            drawRest(of: bindings[menu.selected], state, grid, into: &canvas)
        }
    }

    /// The whole description of the selected key below the keys where it is cut next to its key, and why the key is unavailable.
    private static func drawRest(
        of binding: KeyBinding, _ state: DashboardState, _ grid: HelpGrid, into canvas: inout Canvas
    ) {
        let refusal = state.refusal(of: binding.command)
        let isCut = row(binding, opensSection: false, state, columns: grid.width).columns > grid.width
        guard isCut || refusal != nil else { return }
        let area = state.helpArea.inset(columns: 1, rows: 0)
        let reason = refusal.map { ". Unavailable: \($0)" } ?? ""
        let lines = Text(binding.help + reason, .secondary).wrapped(to: area.columns)
        guard grid.rows + lines.count < area.rows else { return }
        for (index, line) in lines.enumerated() {
            canvas.write(line, in: area.line(area.rows - lines.count + index))
        }
    }

    private static func row(
        _ binding: KeyBinding, opensSection: Bool, _ state: DashboardState, columns: Int
    ) -> Text {
        let refusal = state.refusal(of: binding.command)
        var text = Text()
        if columns >= 60 { text += Text(opensSection ? binding.section.rawValue : "", .secondary).fitted(to: 9) }
        let keyColumns = columns >= 60 ? 18 : columns >= 48 ? 17 : 10
        text += Text(binding.keyNames, refusal == nil ? .bold : .secondary).fitted(to: keyColumns)
        if columns >= 100 { text += Text(binding.label, refusal == nil ? .plain : .secondary).fitted(to: 15) }
        return text + Text(binding.help, .secondary)
    }
}
