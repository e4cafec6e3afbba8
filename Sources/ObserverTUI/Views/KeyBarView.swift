/// The last line: keys, a sentence or the prompt.
enum KeyBarView {
    static func draw(_ state: DashboardState, in bar: Rect, into canvas: inout Canvas) {
        let area = bar.inset(columns: 1, rows: 0)
        if let prompt = state.prompt {
            drawPrompt(prompt, in: area, into: &canvas)
        } else if let form = state.pauseForm {
            draw(form, in: area, into: &canvas)
        } else if let notice = state.notice {
            canvas.expires(at: notice.expiry)
            for (index, line) in state.noticeLines.enumerated() { canvas.write(line, in: area.line(index)) }
        } else {
            drawKeys(state, in: area, into: &canvas)
        }
    }

    private static func drawPrompt(_ prompt: Prompt, in area: Rect, into canvas: inout Canvas) {
        let typed = Text("/", .accent.bold) + Text(prompt.text)
        let hints = ["Enter apply   Esc cancel   ↑ earlier   !word without it", "Enter apply   Esc cancel"]
        canvas.write(typed, in: area)
        if let hint = hints.first(where: { typed.columns + $0.count + 3 <= area.columns }) {
            canvas.writeRight(Text(hint, .secondary), in: area)
        }
        canvas.cursor = .init(column: min(area.column + typed.columns, area.endColumn - 1), row: area.row)
    }

    private static func draw(_ form: PauseForm, in area: Rect, into canvas: inout Canvas) {
        let above = form.linesAbove(columns: area.columns).prefix(max(0, area.rows - 1))
        for (index, line) in above.enumerated() { canvas.write(line, in: area.line(index)) }
        let input = area.droppingFirst(rows: above.count)
        let typed = form.input(columns: area.columns)
        canvas.write(typed, in: input)
        if let note = form.note(columns: area.columns) { canvas.writeRight(note, in: input) }
        canvas.cursor = .init(column: min(input.column + typed.columns, input.endColumn - 1), row: input.row)
    }

    private static func drawKeys(_ state: DashboardState, in area: Rect, into canvas: inout Canvas) {
        let bar = KeyBar(state, columns: area.columns)
        for entry in bar.entries { canvas.write(entry.text, in: area, offset: entry.column) }
        guard case .lost(_, let reason, _) = state.connection, state.dialog == nil else { return }
        let quit = bar.entries.last.map { $0.text.columns + 2 } ?? 0
        let space = max(0, area.columns - quit)
        let variants = [reason, state.owner.withoutAddress(reason)].map { Text("Connection lost: \($0)", .bad) }
        let text = variants.first { $0.columns <= space } ?? variants[1]
        canvas.write(text.truncated(to: space), in: area)
    }
}
