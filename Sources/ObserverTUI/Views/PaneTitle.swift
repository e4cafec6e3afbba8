/// What stands in the border of a pane.
enum PaneTitle {
    /// Panes without a place of their own are named beside the one that is shown.
    static func text(of pane: Pane, detail: Text = Text(), in layout: Layout, focus: Pane, columns: Int) -> Text {
        let own = name(pane, isBold: pane == focus) + detail
        guard layout.tabs.contains(pane), layout.tabs.count > 1 else { return own }
        let names = layout.tabs.map { $0 == pane ? own : Text("\($0.rawValue) \($0.name)", .secondary) }
        let long = Text.joined(names, by: "   ")
        if long.columns + 12 <= columns { return long }
        let others = layout.tabs.filter { $0 != pane }
        let short = own + .spaces(2) + Text(others.map { "\($0.rawValue)" }.joined(separator: " "), .secondary)
        return short.columns + 12 <= columns ? short : own
    }

    private static func name(_ pane: Pane, isBold: Bool) -> Text {
        Text("\(pane.rawValue) \(pane.name)", isBold ? .accent.bold : .bold)
    }

    static func filter(_ term: SearchTerm) -> Text {
        term.isEmpty ? Text() : Text("  /\(term.text)", .busy)
    }

    /// How many rows there are, and how far below the last one on the screen the selected one is.
    static func count(shown: Int, total: Int, isFiltered: Bool, below: Int) -> Text {
        let count = Text(isFiltered ? "\(shown) of \(total)" : "\(total)", .secondary)
        return below > 0 ? Text("selected ↓\(below)", .accent) + Text("  ") + count : count
    }
}
