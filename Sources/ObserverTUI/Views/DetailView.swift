/// A detail view on the whole screen.
enum DetailView {
    static func draw(_ detail: Detail, _ state: DashboardState, in rect: Rect, into canvas: inout Canvas) {
        let document = Document(detail, in: state)
        canvas.expires(at: document.expiry)
        let space = state.detailArea
        let last = document.lastTop(space: space, wraps: state.wraps)
        let top = last.isBefore(detail.top) ? last : detail.top
        Frame.draw(
            title: Text(document.title, .accent.bold), notes: [note(document, detail, isAtEnd: top == last)],
            style: .accent, in: rect, into: &canvas)
        var index = top.item
        var row = -top.row
        while index < document.count, row < space.rows {
            for text in document.rows(of: index, columns: space.columns, wraps: state.wraps) {
                defer { row += 1 }
                guard row >= 0, row < space.rows else { continue }
                canvas.write(text.marking(detail.search), in: space.line(row))
            }
            index += 1
        }
    }

    /// Which of the matches is shown, and whether there is more below.
    private static func note(_ document: Document, _ detail: Detail, isAtEnd: Bool) -> Text {
        let more = isAtEnd ? Text() : Text("more below", .secondary)
        guard !detail.search.isEmpty else { return more }
        let matches = (0..<document.count).filter { detail.search.matches(document.line($0).string) }
        guard !matches.isEmpty else { return Text("no match", .busy) }
        let place = detail.match.flatMap { matches.firstIndex(of: $0) }.map { "\($0 + 1) of " } ?? ""
        return Text("\(place)\(matches.count) \(matches.count == 1 ? "match" : "matches")", .busy)
    }
}
