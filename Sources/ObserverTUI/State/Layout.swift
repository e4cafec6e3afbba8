/// The position of each pane for a terminal size.
struct Layout: Equatable {
    static let smallest = Size(columns: 20, rows: 5)
    /// Lists that are narrower than half of this cut most commit messages.
    private static let twoColumns = 120
    /// With fewer rows for all panes, the apps share the area of the lists.
    private static let threePanes = 18

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
    /// The number of apps; nil without a pane for them.
    private let apps: Int?

    /// - Parameters:
    ///   - lists: The lists, beginning with the last that had the focus.
    ///   - alerts: The lines that the alerts need.
    ///   - apps: The number of apps; nil without a pane for them.
    init(
        size: Size, focus: Pane, lists: [Pane], isZoomed: Bool, alerts: Int, apps: Int?, barRows: Int = 1
    ) {
        let screen = Rect(size)
        isTooSmall = size.columns < Self.smallest.columns || size.rows < Self.smallest.rows
        self.apps = apps
        status = screen.line(0)
        let barRows = max(1, min(barRows, size.rows - 2))
        bar = Rect(
            column: 0, row: max(1, size.rows - barRows), columns: size.columns, rows: min(barRows, size.rows - 1))
        body = Rect(column: 0, row: 1, columns: size.columns, rows: size.rows - 1 - barRows)
        guard !isTooSmall else { return }
        if isZoomed || size.columns < 60 || size.rows < 15 {
            panes[focus] = body
            tabs = Pane.allCases.filter { $0 != .apps || apps != nil }
        } else {
            let below = placeHook(alerts: alerts, height: size.rows)
            if below.columns >= Self.twoColumns {
                placeInTwoColumns(in: below)
            } else {
                placeInOneColumn(in: below, lists: lists)
            }
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
        guard pane.isList else { return nil }
        let inside = inside(of: pane)
        let fits = pane == .apps && inside.rows > max(1, apps ?? 0)
        return inside.rows >= 5 || fits ? inside.line(0) : nil
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

    private mutating func placeInTwoColumns(in area: Rect) {
        let (above, below) = area.split(rows: area.rows / 2)
        (panes[.deliveries], panes[.deployments]) = above.halves
        if apps == nil {
            panes[.log] = below
        } else {
            (panes[.apps], panes[.log]) = below.halves
        }
    }

    /// One list, the apps and the log, one below the other. Where that is too much, the apps are one of the lists.
    private mutating func placeInOneColumn(in area: Rect, lists: [Pane]) {
        tabs = [.deliveries, .deployments]
        var appRows = 0
        if let apps, area.rows >= Self.threePanes {
            // With its border and headings it is as high as its rows need, up to a third of the area.
            appRows = min(max(1, apps) + 3, max(6, area.rows * 3 / 10))
        } else if apps != nil {
            tabs.append(.apps)
        }
        let (list, below) = area.split(rows: (area.rows - appRows + 1) / 2)
        let (middle, bottom) = below.split(rows: appRows)
        panes[lists.first { tabs.contains($0) } ?? .deliveries] = list
        panes[.log] = bottom
        if appRows > 0 { panes[.apps] = middle }
    }
}

extension Rect {
    fileprivate func split(rows: Int) -> (above: Rect, below: Rect) {
        (Rect(column: column, row: row, columns: columns, rows: rows), droppingFirst(rows: rows))
    }

    fileprivate var halves: (left: Rect, right: Rect) {
        let half = columns / 2
        return (
            Rect(column: column, row: row, columns: half, rows: rows),
            Rect(column: column + half, row: row, columns: columns - half, rows: rows)
        )
    }
}
