/// One thing on the whole screen.
enum DetailView {
    static func draw(_ detail: Detail, _ state: DashboardState, in rect: Rect, into canvas: inout Canvas) {
        let document = Document(detail, in: state)
        let room = state.detailRoom
        let top = min(detail.top, document.lastTop(room: room, wraps: state.wraps))
        Frame.draw(
            title: Text(document.title, .accent.bold), note: note(document, top: top, room: room), isFocused: true,
            in: rect, into: &canvas)
        var index = top
        var row = 0
        while index < document.count, row < room.rows {
            for text in document.rows(of: index, columns: room.columns, wraps: state.wraps) where row < room.rows {
                canvas.write(text.marking(state.searchTerm), in: room.line(row))
                row += 1
            }
            index += 1
        }
    }

    private static func note(_ document: Document, top: Int, room: Rect) -> Text {
        guard document.count > room.rows else { return Text() }
        let share = Double(top + room.rows) / Double(document.count)
        return Text("\(Int(min(1, share) * 100)) %", .secondary)
    }
}
