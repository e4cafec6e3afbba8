import ObserverEngine

/// The plan that a dialog shows before it asks: from which commit, to which, and what would change.
struct PlanBody: Equatable, Sendable {
    enum Content: Equatable, Sendable {
        case loading
        case loaded(PlanReport)
        /// Why there is no plan.
        case failed(String)
    }

    /// The commit to plan; nil for the head of the branch.
    let ref: String?
    /// Whether it is the plan of a deployment, which is shown as it was made.
    let isFixed: Bool
    /// The running and the planned commit as far as they are known before the plan.
    private let knownFrom: Dialog.Fact
    private let knownTo: String
    private(set) var content = Content.loading
    /// The first visible line.
    private(set) var top = 0

    init(of ref: String?, from: Dialog.Fact, to: String) {
        self.ref = ref
        isFixed = false
        knownFrom = from
        knownTo = to
    }

    /// The plan of a deployment.
    init(of deployment: DeploymentDetail, from: Dialog.Fact) {
        let row = deployment.summary
        let commit = PlanReport.Commit(id: row.commit, message: row.message)
        ref = row.commit
        isFixed = true
        knownFrom = from
        knownTo = commit.title
        content =
            deployment.changes.isEmpty
            ? .failed("the deploy command has not run.")
            : .loaded(PlanReport(commit: commit, summary: "", changes: deployment.changes, changesAnything: true))
    }

    mutating func show(_ content: Content) {
        self.content = content
        top = 0
    }

    /// - Parameter rows: The number of visible lines.
    mutating func scroll(_ movement: Movement, count: Int, rows: Int) {
        let last = max(0, count - rows)
        switch movement {
        case .first: top = 0
        case .last: top = last
        default: top = min(last, max(0, top + (movement.rows(page: rows) ?? 0)))
        }
    }

    var from: Dialog.Fact {
        guard let running = report?.running else { return knownFrom }
        return Dialog.Fact(label: "runs now", value: running.title, rank: 1)
    }

    var to: Dialog.Fact {
        Dialog.Fact(label: "to", value: report?.commit?.title ?? knownTo, rank: 0)
    }

    func lines(columns: Int) -> [Text] {
        switch content {
        case .loading: [Text("Planning…", .secondary)]
        case .failed(let reason): Text("The changes are unknown: \(reason)", .busy).wrapped(to: columns)
        case .loaded(let report): PlanText(report).lines.flatMap { $0.wrapped(to: columns, indent: 6) }
        }
    }

    private var report: PlanReport? {
        if case .loaded(let report) = content { report } else { nil }
    }
}

/// A plan as text: a line for each app that changes, with its fields below.
struct PlanText {
    let lines: [Text]

    init(_ report: PlanReport) {
        guard report.problems.isEmpty else {
            lines =
                [Text("This commit can't be deployed:", .bad)]
                + report.problems.map { Text($0.place, .bad) + Text(": \($0.sentence)") }
            return
        }
        let changes = report.changes.filter { $0.kind != .unchanged }.sorted { $0.appID.isBefore($1.appID) }
        let conclusion: [Text] =
            !report.changesAnything
            ? [Text("Nothing would change.", .secondary)]
            : report.changes.isEmpty ? [Text("Would \(report.summary).")] : []
        lines =
            conclusion + changes.flatMap(Self.lines) + Self.unchanged(in: report)
            + report.warnings.map { Text($0, .busy) }
    }

    private static func lines(of change: AppChange) -> [Text] {
        let columns = min(change.fields.map { Text($0.path).columns }.max() ?? 0, 40)
        let title =
            Text("\(change.kind.sign) ", Style(ink: change.kind.ink)) + Text(change.appID, .bold)
            + Text("  \(change.sentence)", Style(ink: change.kind.ink))
        return [title]
            + change.fields.map { field in
                .spaces(4) + Text(field.path, .secondary).fitted(to: columns) + Text("  \(field.values)")
            }
    }

    private static func unchanged(in report: PlanReport) -> [Text] {
        let names = report.changes.filter { $0.kind == .unchanged }.map(\.appID).sorted { $0.isBefore($1) }
        return names.isEmpty ? [] : [Text("= \(names.count) unchanged: \(names.joined(separator: ", "))", .secondary)]
    }
}

extension AppChange.Kind {
    fileprivate var ink: Style.Ink {
        switch self {
        case .created: .good
        case .updated, .orphaned: .busy
        case .unchanged: .secondary
        case .removed: .bad
        }
    }
}
