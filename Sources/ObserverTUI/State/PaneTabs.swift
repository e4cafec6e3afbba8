import ObserverEngine

/// The title of a pane: its name and, if it shares its area with others, their names.
struct PaneTabs {
    /// The texts, next to each other; nil separates them.
    private var parts: [(pane: Pane?, text: Text)]

    init(of pane: Pane, detail: Text = Text(), in layout: Layout, focus: Pane, columns: Int) {
        let own = Text("\(pane.rawValue) \(pane.name)", pane == focus ? .accent.bold : .bold) + detail
        parts = [(pane, own)]
        guard layout.tabs.contains(pane), layout.tabs.count > 1 else { return }
        parts = Self.joined(
            layout.tabs.map { tab in
                (tab, tab == pane ? own : Text("\(tab.rawValue) \(tab.name)", .secondary))
            }, by: "   ")
        if text.columns + 12 <= columns { return }
        let others = layout.tabs.filter { $0 != pane }
        let numbers = Self.joined(others.map { ($0, Text("\($0.rawValue)", .secondary)) }, by: " ")
        parts = [(pane, own), (nil, .spaces(2))] + numbers
        if text.columns + 12 > columns { parts = [(pane, own)] }
    }

    var text: Text { parts.reduce(Text()) { $0 + $1.text } }

    /// The pane whose name is at this column of the text.
    func pane(atColumn column: Int) -> Pane? {
        var end = 0
        for part in parts {
            end += part.text.columns
            if column < end { return column < 0 ? nil : part.pane }
        }
        return nil
    }

    private static func joined(_ tabs: [(Pane, Text)], by gap: String) -> [(pane: Pane?, text: Text)] {
        tabs.enumerated().flatMap { index, tab -> [(pane: Pane?, text: Text)] in
            let own: (pane: Pane?, text: Text) = (tab.0, tab.1)
            return index == 0 ? [own] : [(nil, Text(gap)), own]
        }
    }
}

extension DashboardState {
    /// The pane whose name in a title is at this position.
    func tab(atColumn column: Int, row: Int) -> Pane? {
        for (pane, rect) in layout.panes where rect.row == row && rect.contains(column: column, row: row) {
            let tabs = PaneTabs(
                of: pane, detail: titleDetail(of: pane), in: layout, focus: focus, columns: rect.columns)
            return tabs.pane(atColumn: column - rect.column - PaneFrame.titleOffset)
        }
        return nil
    }

    /// The rest of the title of a pane, after its name.
    func titleDetail(of pane: Pane) -> Text {
        let term = filter(of: pane)
        let filter = term.isEmpty ? Text() : Text("  /\(term.text)", .busy)
        guard pane == .log else { return filter }
        switch logSubject {
        case .engine:
            return Text(" · ", .secondary) + Text("engine") + filter
        case .deployment(let id):
            let commit = shown?.deployments[id]?.commit.shortCommit ?? "\(id)"
            return Text(" · ", .secondary) + Text("deployment ") + Text(commit) + filter
        }
    }
}

/// The measures of the border of a pane.
enum PaneFrame {
    /// The column of the title, after `╭─ `.
    static let titleOffset = 3
}
