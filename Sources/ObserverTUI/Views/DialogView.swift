/// A dialog in the middle of the screen.
enum DialogView {
    private static let widest = 68

    static func draw(_ dialog: Dialog, in area: Rect, into canvas: inout Canvas) {
        let columns = min(widest, area.columns)
        let lines = body(dialog, columns: columns - 6)
        let margin = area.rows >= lines.count + 7 ? 1 : 0
        let rect = area.centered(columns: columns, rows: lines.count + 4 + margin)
        canvas.clear(rect)
        Frame.draw(title: Text(dialog.title, .accent.bold), isFocused: true, in: rect, into: &canvas)
        let space = rect.inset(columns: 3, rows: 1).droppingFirst(rows: margin)
        for (index, line) in lines.prefix(space.rows - 1).enumerated() { canvas.write(line, in: space.line(index)) }
        let no = button("No", isFocused: !dialog.isYesFocused)
        let yes = button(dialog.verb, isFocused: dialog.isYesFocused)
        canvas.writeRight(no + .spaces(2) + yes, in: space.line(space.rows - 1))
        if dialog.requiredWord != nil, let typed = lines.last, lines.count < space.rows {
            let end = space.column + min(typed.columns, space.columns - 1)
            canvas.cursor = .init(column: end, row: space.row + lines.count - 1)
        }
    }

    private static func body(_ dialog: Dialog, columns: Int) -> [Text] {
        var lines = Text(dialog.question).wrapped(to: columns)
        if !dialog.facts.isEmpty { lines.append(Text()) }
        for fact in dialog.facts {
            lines.append(Text(fact.label, .secondary).fitted(to: 10) + Text(fact.value).truncated(to: columns - 10))
        }
        if let word = dialog.requiredWord {
            lines += [Text(), Text("Type \"\(word)\" to confirm: ", .secondary) + Text(dialog.typed, .bold)]
        }
        return lines
    }

    private static func button(_ label: String, isFocused: Bool) -> Text {
        Text("[ \(label) ]", isFocused ? Style(ground: .selection, isBold: true) : .secondary)
    }
}
