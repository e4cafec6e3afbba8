import Foundation
import ObserverEngine

/// The plan that a dialog shows before it asks: from which commit, to which, and what would change.
struct PlanBody: Equatable, Sendable {
    enum Content: Equatable, Sendable {
        case loading
        case loaded(PlanReport)
        /// Why there is no plan.
        case failed(String)
    }

    /// More differences from the plan before are only counted.
    private static let listedDifferences = 3

    /// The commit to plan; nil for the head of the branch.
    let ref: String?
    /// Whether it is the plan of a deployment, which is shown as it was made.
    let isFixed: Bool
    /// The state from which the plan is made; of a plan that was made before, the state when it was shown.
    private(set) var basis: PlanBasis
    /// The running and the planned commit as far as they are known before the plan.
    private var knownFrom: Dialog.Fact
    private var knownTo: Dialog.Fact
    /// The short commit that is replaced, if that is not the running one.
    private(set) var replaced: String?
    private(set) var content = Content.loading
    private var shownAt: Date?
    /// The last plan that the operator had time to read before it was replaced.
    private var before: PlanReport?
    /// Whether the state has changed since the plan was requested that has not arrived yet.
    private(set) var isOutdated = false
    /// The first visible line.
    private(set) var top = 0

    init(of ref: String?, from: Dialog.Fact, to: Dialog.Fact, replacing replaced: String? = nil, basis: PlanBasis) {
        self.replaced = replaced
        self.ref = ref
        isFixed = false
        knownFrom = from
        knownTo = to
        self.basis = basis
    }

    /// The plan of a deployment.
    init(of deployment: DeploymentDetail, from: Dialog.Fact, basis: PlanBasis, at now: Date) {
        let row = deployment.summary
        let commit = PlanReport.Commit(id: row.commit, message: row.message)
        ref = row.commit
        isFixed = true
        knownFrom = from
        knownTo = Dialog.Fact(to: commit)
        self.basis = basis
        content =
            deployment.changes.isEmpty
            ? .failed("the deploy command has not run.")
            : .loaded(PlanReport(commit: commit, summary: "", changes: deployment.changes, changesAnything: true))
        shownAt = now
    }

    /// Whether another plan of the deployment is being read, which is the one to approve.
    var isAwaited: Bool { isFixed && content == .loading }

    /// Whether the operator has read another plan before this one.
    var hasReplacedAnother: Bool { before != nil }

    /// The changes that it shows, to open the same dialog again.
    var changes: [AppChange] { report?.changes ?? [] }

    /// The head of the branch from which it was made; nil for the plan of a certain commit.
    var plannedHead: String? { ref == nil ? report?.commit?.id : nil }

    mutating func show(_ content: Content, at now: Date) {
        remember(at: now)
        self.content = content
        shownAt = now
        top = 0
    }

    /// Takes over the commits that are known now.
    mutating func follow(_ known: PlanBody) {
        (knownFrom, knownTo, replaced) = (known.knownFrom, known.knownTo, known.replaced)
        basis.adopt(known.basis)
    }

    /// Removes the plan, because the state has changed from which it was made. The answer to a request that is on its
    /// way is outdated, too.
    /// - Parameter known: The plan of the same question, opened now.
    mutating func startAgain(as known: PlanBody?, at now: Date) {
        remember(at: now)
        isOutdated = content == .loading
        rebase(on: known)
        (content, shownAt, top) = (.loading, nil, 0)
    }

    /// The change of the state since then is known to the operator.
    mutating func rebase(on known: PlanBody?) {
        if let known { basis = known.basis }
    }

    /// The request that is on its way was made before the dialog was opened, and the state has changed since.
    mutating func outdate() { isOutdated = true }

    /// The outdated answer has arrived, and the plan is requested again.
    mutating func discardAnswer() { isOutdated = false }

    private mutating func remember(at now: Date) {
        guard let report, let shownAt else { return }
        if before == nil || now.timeIntervalSince(shownAt) >= Dialog.changeDelay { before = report }
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
        guard let report, let running = report.runningTitle else { return knownFrom }
        let brief = report.running?.id.shortCommit ?? "several commits"
        // The target could be read for the plan, but perhaps not since.
        let label = knownFrom.label == Dialog.Fact.lastSeen ? knownFrom.label : Dialog.Fact.runsNow
        return Dialog.Fact(label: label, value: running, rank: 1, brief: brief)
    }

    var to: Dialog.Fact { report?.commit.map { Dialog.Fact(to: $0) } ?? knownTo }

    func lines(columns: Int) -> [Text] {
        switch content {
        case .loading: [Text(isFixed ? "Reading the new plan…" : "Planning…", .secondary)]
        case .failed(let reason): Text("The changes are unknown: \(reason)", .busy).wrapped(to: columns)
        case .loaded(let report):
            differences(to: report).flatMap { $0.wrapped(to: columns, indent: 2) }
                + PlanText(report).lines.flatMap { $0.wrapped(to: columns, indent: 6) }
        }
    }

    /// How the plan differs from the last plan that the operator has read.
    private func differences(to report: PlanReport) -> [Text] {
        guard let before, before.problems.isEmpty, report.problems.isEmpty else { return [] }
        let all = PlanDifference.between(before.changes, and: report.changes)
        guard !all.isEmpty else {
            let isSame = before.changes == report.changes && before.changesAnything == report.changesAnything
            return isSame ? [Text("The changes are the same as before.", .secondary)] : []
        }
        let hidden = all.count - Self.listedDifferences
        let more = hidden > 0 ? ["\(hidden) more \(hidden == 1 ? "difference" : "differences")"] : []
        return (all.prefix(Self.listedDifferences) + more).map { Text("! ", .busy.bold) + Text($0, .busy) }
    }

    private var report: PlanReport? {
        if case .loaded(let report) = content { report } else { nil }
    }
}

extension Dialog.Fact {
    /// The label of the running commit.
    static let runsNow = "runs now"
    /// The label of the commit that ran when the target could last be read.
    static let lastSeen = "last seen"

    /// The commit that a plan leads to.
    init(to commit: PlanReport.Commit) {
        self.init(label: "to", value: commit.title, rank: 0, brief: commit.id.shortCommit)
    }
}
