/// What an empty pane says: what will appear there, and what to do.
enum EmptyText {
    static func draw(_ sentence: String, in room: Rect, into canvas: inout Canvas) {
        let area = room.inset(columns: 1, rows: 0)
        for (index, line) in Text(sentence, .secondary).wrapped(to: area.columns).enumerated() where index < area.rows {
            canvas.write(line, in: area.line(index))
        }
    }
}
