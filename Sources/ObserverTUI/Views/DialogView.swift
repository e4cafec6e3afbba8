/// A dialog in the middle of the screen.
enum DialogView {
    static func draw(_ dialog: Dialog, in area: Rect, into canvas: inout Canvas) {
        canvas.restyle(area) { $0 = .secondary }
        let box = DialogBox(dialog, in: area)
        let style: Style = dialog.isDestructive ? .bad : .accent
        canvas.clear(box.rect)
        if box.hasFrame {
            Frame.draw(title: Text(dialog.title, style.bold), style: style, in: box.rect, into: &canvas)
        }
        for (index, line) in box.lines.enumerated() { canvas.write(line, in: box.space.line(index)) }
        draw("No", isFocused: !dialog.isYesFocused, .plain, in: box.noButton, into: &canvas)
        let yes = dialog.canConfirm ? style : .secondary
        draw(box.yesLabel, isFocused: dialog.isYesFocused, yes, in: box.yesButton, into: &canvas)
        let space = box.noButton.column - box.space.column
        let hidden = [("↑", box.planRowsAbove), ("↓", box.planRowsBelow)].filter { $0.1 > 0 }.map { "\($0.0)\($0.1)" }
            .joined(separator: " ")
        let notes = hidden.isEmpty ? [] : ["\(hidden) more", hidden].map { Text($0, .accent) }
        if let note = notes.first(where: { $0.columns < space }) {
            canvas.write(note, in: Rect(column: box.space.column, row: box.noButton.row, columns: space, rows: 1))
        }
        canvas.cursor = box.cursor
    }

    private static func draw(
        _ label: String, isFocused: Bool, _ style: Style, in rect: Rect, into canvas: inout Canvas
    ) {
        canvas.write(DialogBox.button(label), in: rect)
        canvas.restyle(rect) { cell in
            cell = isFocused ? style.bold : style
            cell.ground = isFocused ? .selection : .plain
        }
    }
}
