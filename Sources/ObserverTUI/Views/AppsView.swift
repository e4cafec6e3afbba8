import ObserverEngine

/// The apps that the target runs or should run.
enum AppsView {
    static func draw(_ state: DashboardState, _ layout: Layout, in rect: Rect, into canvas: inout Canvas) {
        let related = state.relatedRows
        let apps = state.shown?.apps?.apps ?? []
        let pane = ListPaneView(
            pane: .apps, listing: state.appListing, position: state.apps, total: apps.count,
            emptySentence: emptySentence(state),
            headings: { AppColumns($0, apps, state).headings },
            lines: { app, _, columns, canvas in
                [AppColumns(columns, apps, state).line(app, isRelated: related.contains(app), into: &canvas)]
            },
            note: note(state))
        pane.draw(state, layout, in: rect, into: &canvas)
        if state.shown?.apps?.problem != nil {
            canvas.restyle(layout.space(of: .apps)) { $0 = Style(ink: .secondary, ground: $0.ground) }
        }
    }

    /// How healthy they are; whether this is known.
    private static func note(_ state: DashboardState) -> Text {
        guard let report = state.shown?.apps else { return Text() }
        let filter = state.filter(of: .apps)
        if !filter.isEmpty { return Text("\(state.appListing.count) of \(report.apps.count)", .secondary) }
        if report.problem != nil {
            let time = report.readAt.map { " since \(state.timesClock.short($0, today: state.shownTime))" }
            return Text("not read\(time ?? "")", .bad)
        }
        return AppsHealth(report)?.text ?? Text()
    }

    private static func emptySentence(_ state: DashboardState) -> String {
        guard let mirror = state.shown else { return "Apps appear here once connected." }
        let filter = state.filter(of: .apps)
        if !filter.isEmpty { return "No app matches \"\(filter.text)\". Press Esc to show all." }
        if let problem = mirror.apps?.problem { return "The apps could not be read: \(problem)" }
        let target = mirror.engine.target?.name ?? "the target"
        guard mirror.apps?.readAt == nil else { return "No apps. \(target) runs nothing of this branch." }
        guard mirror.deployed == nil else { return "Reading the apps from \(target)…" }
        guard let running = mirror.runningDeployment else {
            return "Not known yet. Apps appear here after the next deployment."
        }
        return "Not known yet. Apps appear here once deployment \(running.id) has ended."
    }
}

/// The columns of the list of apps: state, name, commit, tasks, age, and everything unusual. Where space is short, the age
/// is left out and names are cut, so that a difference from the spec keeps its values.
struct AppColumns {
    private static let gap = Text.spaces(2)
    /// From here on there is space for the age next to any remark.
    private static let wide = 70
    private static let leastForCommit = 34
    private static let leastName = 10
    /// The heading of the remarks.
    private static let leastRemark = 5

    private let columns: Int
    private let nameColumns: Int
    private let showsAge: Bool
    private let state: DashboardState

    /// - Parameter apps: All apps, so that the columns do not depend on the visible ones.
    init(_ columns: Int, _ apps: [AppSummary], _ state: DashboardState) {
        self.columns = columns
        self.state = state
        let longest = apps.map { Text($0.id).columns }.max() ?? 0
        let name = min(max(3, longest), max(Self.leastName, columns / 3))
        let leastName = min(name, Self.leastName)
        let commit = columns >= Self.leastForCommit ? Self.gap.columns + 7 : 0
        let age = Self.gap.columns + state.timeColumns
        // Without the name and the age. The last column is empty.
        let free = columns - 3 - commit - Self.gap.columns - 5 - Self.gap.columns - 1
        let remarks = apps.map(\.leastRemarkColumns)
        // No space suffices for the others.
        let wanted = remarks.filter { $0 <= free - leastName }.max() ?? 0
        let isWide = columns >= Self.wide
        let fitsAge = isWide || free - name - age >= max(remarks.max() ?? 0, Self.leastRemark)
        let choices: [(name: Int, showsAge: Bool)] =
            (fitsAge ? [(name, true)] : []) + (isWide ? [(leastName, true)] : []) + [(name, false), (leastName, false)]
        let space = { (choice: (name: Int, showsAge: Bool)) in
            free - choice.name - (choice.showsAge ? age : 0)
        }
        let choice = choices.first { space($0) >= wanted } ?? choices[0]
        showsAge = choice.showsAge
        nameColumns = min(name, choice.name + max(0, space(choice) - wanted))
    }

    var headings: Text {
        row(
            .spaces(3), name: Text("APP", .secondary), commit: Text("COMMIT", .secondary),
            tasks: Text("READY", .secondary), age: state.timeHeading,
            remark: { Text("STATE", .secondary).truncated(to: $0) })
    }

    func line(_ app: AppSummary, isRelated: Bool, into canvas: inout Canvas) -> Text {
        let mark = AppMark(app)
        let gutter = Text.gutter(isRelated: isRelated)
        let isHealthy = app.isHealthy == true && app.wanted > 0
        return row(
            gutter + Text(mark.sign, Style(ink: mark.ink)) + .spaces(1), name: Text(app.id),
            commit: Text(app.commit?.shortCommit ?? "", .secondary),
            tasks: Text(app.taskCount, isHealthy ? .plain : Style(ink: mark.ink)),
            age: showsAge ? app.since.map { state.listTime($0, into: &canvas) } ?? Text() : Text(),
            remark: { app.remark(within: $0, mark.ink == .good ? .secondary : Style(ink: mark.ink)) })
    }

    /// - Parameter remark: Fills the rest of the line.
    private func row(
        _ left: Text, name: Text, commit: Text, tasks: Text, age: Text, remark: (_ columns: Int) -> Text
    ) -> Text {
        var line = left + name.truncatedInTheMiddle(to: nameColumns).fitted(to: nameColumns)
        if columns >= Self.leastForCommit { line += Self.gap + commit.fitted(to: 7) }
        line += Self.gap + tasks.fitted(to: 5, .right)
        if showsAge { line += Self.gap + age.fitted(to: state.timeColumns, .right) }
        line += Self.gap
        return line + remark(max(0, columns - line.columns - 1))
    }
}
