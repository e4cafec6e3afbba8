import Foundation

/// A pane of rows: deliveries or deployments, newest row on top, or apps.
struct ListPaneView<Row: ListedRow> {
    let pane: Pane
    let listing: Listing<Row>
    let position: ListPosition<Row>
    /// The number of rows that the observer has.
    let total: Int
    /// Shown while the list has no rows.
    let emptySentence: String
    /// The headings of the columns, for a number of columns.
    let headings: (Int) -> Text
    /// The lines of one row, and of how many equal ones, for a number of columns.
    let lines: (Row, Int, Int, inout Canvas) -> [Text]
    /// The note in the title of rows that are not ordered by time; nil counts the rows.
    var note: Text?

    func draw(_ state: DashboardState, _ layout: Layout, in rect: Rect, into canvas: inout Canvas) {
        let filter = state.filter(of: pane)
        let isFocused = state.focus == pane
        let space = layout.space(of: pane)
        let first = state.first(in: listing, at: position, of: pane, space: space.rows)
        let selected = isFocused ? listing.index(of: position.selected) : nil
        let end = Viewport.end(first: first, count: listing.count, space: space.rows) { listing[$0].listedLines }
        let hidden = hidden(above: first, end: end, selected: selected)
        let count = note ?? PaneNote.count(shown: listing.rowCount, total: total, isFiltered: !filter.isEmpty)
        let tabs = PaneTabs(
            of: pane, detail: state.titleDetail(of: pane), in: layout, focus: state.focus, columns: rect.columns)
        Frame.draw(
            title: tabs.text, notes: [.joined(hidden + [count], by: "  "), .joined(hidden, by: "  ")],
            style: Frame.style(isFocused: isFocused), in: rect, into: &canvas)
        guard listing.count > 0 else {
            return EmptyText.draw(emptySentence, in: rect.inset(columns: 1, rows: 1), into: &canvas)
        }
        if let line = layout.headings(of: pane) { canvas.write(headings(line.columns), in: line) }
        var index = first
        var line = 0
        while index < listing.count, line < space.rows {
            for text in lines(listing[index], listing.multiplicity(at: index), space.columns, &canvas) {
                canvas.write(text.marking(filter), in: space.line(line))
                if index == selected { canvas.restyle(space.line(line)) { $0.ground = .selection } }
                line += 1
            }
            index += 1
        }
    }

    private func hidden(above first: Int, end: Int, selected: Int?) -> [Text] {
        guard note == nil else { return PaneNote.hidden(above: first, below: listing.count - end) }
        let isRunningAbove = (0..<first).contains { listing[$0].isRunning }
        return PaneNote.hidden(
            above: first, isRunning: isRunningAbove, selectedBelow: selected.map { $0 - end + 1 } ?? 0)
    }
}

extension Text {
    /// The first column of a row, which marks the rows that the selected one of another list is about.
    static func gutter(isRelated: Bool) -> Text { isRelated ? Text("┃", .accent) : .spaces(1) }
}

extension DashboardState {
    var timeColumns: Int { timeStyle == .relative ? 5 : timesClock.compactColumns }

    var timeHeading: Text { Text(timeStyle == .relative ? "AGE" : "TIME", .secondary).fitted(to: timeColumns, .right) }

    /// A time in a list: an age, or the time of day.
    func listTime(_ date: Date, into canvas: inout Canvas) -> Text {
        let text =
            timeStyle == .relative
            ? canvas.stamp(.age(of: date, at: shownTime)) : timesClock.compact(date, today: shownTime)
        return Text(text, .secondary).fitted(to: timeColumns, .right)
    }
}
