/// A detail view on the whole screen.
enum DetailView {
    static func draw(_ detail: Detail, _ state: DashboardState, in rect: Rect, into canvas: inout Canvas) {
        let document = Document(detail, in: state)
        let space = state.detailArea
        let top = min(detail.top, document.lastTop(space: space, wraps: state.wraps))
        Frame.draw(
            title: Text(document.title, .accent.bold), notes: [note(document, top: top, space: space)], isFocused: true,
            in: rect, into: &canvas)
        var index = top
        var row = 0
        while index < document.count, row < space.rows {
            for text in document.rows(of: index, columns: space.columns, wraps: state.wraps) where row < space.rows {
                canvas.write(text.marking(state.searchTerm), in: space.line(row))
                row += 1
            }
            index += 1
        }
    }

    private static func note(_ document: Document, top: Int, space: Rect) -> Text {
        guard document.count > space.rows else { return Text() }
        let share = Double(top + space.rows) / Double(document.count)
        return Text("\(Int(min(1, share) * 100)) %", .secondary)
    }
}
