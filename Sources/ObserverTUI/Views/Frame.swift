/// The border of a pane, with what it is on its left and how much of it there is on its right.
enum Frame {
    static func draw(title: Text, note: Text = Text(), isFocused: Bool, in rect: Rect, into canvas: inout Canvas) {
        guard rect.columns >= 2, rect.rows >= 2 else { return }
        let style: Style = isFocused ? .accent : .secondary
        let line = Text.repeated("─", rect.columns - 2, style)
        let side = Text("│", style)
        canvas.write(Text("╭", style) + line + Text("╮", style), in: rect)
        for row in 1..<rect.rows - 1 {
            canvas.write(side, in: rect.line(row))
            canvas.writeRight(side, in: rect.line(row))
        }
        canvas.write(Text("╰", style) + line + Text("╯", style), in: rect.line(rect.rows - 1))
        let room = rect.inset(columns: 2, rows: 0).line(0)
        let note = note.columns + 8 <= room.columns ? note : Text()
        let titleRoom = room.columns - (note.isEmpty ? 0 : note.columns + 3)
        canvas.write(pad(title.truncated(to: max(0, titleRoom - 2))), in: room, offset: -1)
        canvas.writeRight(pad(note), in: rect.inset(columns: 1, rows: 0).line(0))
    }

    private static func pad(_ text: Text) -> Text {
        text.isEmpty ? text : .spaces(1) + text + .spaces(1)
    }
}
