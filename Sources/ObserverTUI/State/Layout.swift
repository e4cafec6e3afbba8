/// The position of each pane for a terminal size.
struct Layout: Equatable {
    static let smallest = Size(columns: 20, rows: 5)
    /// Lists that are narrower than half of this cut most commit messages.
    private static let twoColumns = 120

    private(set) var status: Rect
    /// The key bar, or a sentence that may need more lines.
    private(set) var bar: Rect
    /// Everything between the status line and the key bar.
    private(set) var body: Rect
    /// One line or, with a border, at least three. Alerts are below the first line.
    private(set) var hook: Rect?
    private(set) var hookHasBorder = false
    private(set) var panes: [Pane: Rect] = [:]
    /// Panes that share one area; the hidden ones appear as tabs in its title.
    private(set) var tabs: [Pane] = []
    let isTooSmall: Bool

    /// - Parameter alerts: The lines that the alerts need.
    init(size: Size, focus: Pane, list: Pane, isZoomed: Bool, alerts: Int, barRows: Int = 1) {
        let screen = Rect(size)
        isTooSmall = size.columns < Self.smallest.columns || size.rows < Self.smallest.rows
        status = screen.line(0)
        let barRows = max(1, min(barRows, size.rows - 2))
        bar = Rect(
            column: 0, row: max(1, size.rows - barRows), columns: size.columns, rows: min(barRows, size.rows - 1))
        body = Rect(column: 0, row: 1, columns: size.columns, rows: size.rows - 1 - barRows)
        guard !isTooSmall else { return }
        if isZoomed || size.columns < 60 || size.rows < 15 {
            panes[focus] = body
            tabs = Pane.allCases
        } else {
            let below = placeHook(alerts: alerts, height: size.rows)
            placeLists(in: below, list: list)
        }
    }

    func pane(atColumn column: Int, row: Int) -> Pane? {
        if let hook, hook.contains(column: column, row: row) { return .hook }
        return panes.first { $0.value.contains(column: column, row: row) }?.key
    }

    /// The area for the rows of a pane, inside its border and below its headings.
    func space(of pane: Pane) -> Rect {
        let inside = inside(of: pane)
        return headings(of: pane) == nil ? inside : inside.droppingFirst(rows: 1)
    }

    /// The line for the headings of the columns, if there is space for it.
    func headings(of pane: Pane) -> Rect? {
        let inside = inside(of: pane)
        return (pane == .deliveries || pane == .deployments) && inside.rows >= 5 ? inside.line(0) : nil
    }

    private func inside(of pane: Pane) -> Rect {
        (panes[pane] ?? body).inset(columns: pane == .log ? 2 : 1, rows: 1)
    }

    private mutating func placeHook(alerts: Int, height: Int) -> Rect {
        hookHasBorder = body.columns >= 100 && height >= 20
        let lines = 1 + min(alerts, height >= 36 ? 4 : height >= 24 ? 2 : 1)
        let rows = hookHasBorder ? lines + 2 : lines
        hook = Rect(column: 0, row: body.row, columns: body.columns, rows: rows)
        return body.droppingFirst(rows: rows)
    }

    private mutating func placeLists(in area: Rect, list: Pane) {
        let listRows = area.rows / 2
        let lists = Rect(column: 0, row: area.row, columns: area.columns, rows: listRows)
        panes[.log] = area.droppingFirst(rows: listRows)
        if area.columns >= Self.twoColumns {
            let half = area.columns / 2
            panes[.deliveries] = Rect(column: 0, row: lists.row, columns: half, rows: listRows)
            panes[.deployments] = Rect(column: half, row: lists.row, columns: area.columns - half, rows: listRows)
        } else {
            tabs = [.deliveries, .deployments]
            panes[list] = lists
        }
    }
}
