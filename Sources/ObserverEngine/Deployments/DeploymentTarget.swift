package import struct Foundation.Date

/// Where commits are deployed to. Every target has the same six operations, so that deployments, rollbacks, drift and
/// checks are written once. A target reports which of them it does not support.
package protocol DeploymentTarget: Sendable {
    associatedtype Plan: TargetPlan
    /// The result of `apply`, as far as `watch` and `restore` need it.
    associatedtype Applied: Sendable

    /// The part of a commit that `plan` and `apply` need.
    var selection: TreeSelection { get }

    /// Which changes would the tree make? Reads and validates everything and reads the running state, but changes nothing.
    /// Needs no deployment, row, lock or status.
    func plan(_ source: DeploymentSource, until deadline: ContinuousClock.Instant) async throws -> Plan

    /// Carries out the plan.
    func apply(
        _ plan: Plan, recorder: DeploymentRecorder, until deadline: ContinuousClock.Instant
    ) async throws -> Applied

    /// Waits until everything that was applied is healthy, and records the progress.
    /// - Returns: What was done, for people.
    func watch(
        _ applied: Applied, recorder: DeploymentRecorder, until deadline: ContinuousClock.Instant
    ) async throws -> String

    /// Restores the previous version.
    func restore(
        _ applied: Applied, recorder: DeploymentRecorder, because failure: any DeploymentFailure
    ) async throws -> RestoreOutcome

    /// Whether it certainly knows which apps run; otherwise it may know them after a deployment.
    var reportsApps: Bool { get }
    /// Whether a deployment runs programs on this machine, which may restart the observer itself.
    var runsPrograms: Bool { get }

    /// Which apps run, and how do they differ from the tree? nil if the target does not know.
    func inspector(for source: DeploymentSource) async throws -> (any TargetInspector)?

    /// Is the target reachable and usable?
    func checks() async throws -> [Finding]

    /// Where the decisions of operators are stored, so that they outlive the disk; nil if the target has no such place.
    var decisionStore: (any DecisionStore)? { get }
}

extension DeploymentTarget {
    package var reportsApps: Bool { true }
    package var runsPrograms: Bool { false }
}

/// The changes that a target would make, for people to read.
package protocol TargetPlan: Sendable {
    var changes: [AppChange] { get }
    /// "2 updated (/a, /b), 1 unchanged"
    var summary: String { get }
    var warnings: [PlanWarning] { get }
    var changesAnything: Bool { get }
    /// Whether it may restart tasks although its changes do not show that yet.
    var mayRestart: Bool { get }
    /// nil if the target runs none or does not know.
    var running: RunningCommit? { get }
    /// The commits of all that runs, beginning with that of the last change. A change by hand counts, too, so that of several
    /// it is not certain which was deployed last.
    var runningCommits: [CommitID] { get }
    /// The apps that differ from their specs, with the differences that it leaves as they are, as far as the target knows.
    var drifted: [AppSummary] { get }
    /// The plan in the words of the target, line by line; empty if the changes are known.
    var text: [String] { get }
    /// One text for each change, which is the same only for the same change from the same state. What an operator approved
    /// is recognized by them.
    var approvalMarks: [String] { get }
}

extension TargetPlan {
    package var text: [String] { [] }
    package var mayRestart: Bool { false }
    package var runningCommits: [CommitID] { running.map { [$0.commit] } ?? [] }
    package var drifted: [AppSummary] { [] }

    package var approvalMarks: [String] {
        let words = text.isEmpty ? [] : ["plan \(text.joined(separator: "\n").sha256.prefix(32))"]
        return changes.filter(\.isEffective).map { $0.mark() } + words
    }
}

/// The commit that last changed what a target runs, according to the target.
package struct RunningCommit: Equatable, Sendable {
    package let commit: CommitID
    package let changedAt: Date?

    package init(commit: CommitID, changedAt: Date?) {
        self.commit = commit
        self.changedAt = changedAt
    }
}

/// Something that an operator should know before a plan is applied.
package struct PlanWarning: Equatable, Sendable {
    /// One word for the log.
    package let verb: String
    package let text: String

    package init(verb: String, text: String) {
        self.verb = verb
        self.text = text
    }
}

/// How a rollback ended.
package enum RestoreOutcome: Equatable, Sendable {
    /// The previous version of some is healthy again; the others were new, and are removed again.
    case restored(previous: [String], removed: [String])
    /// The previous version was restored in another way.
    case rolledBack(detail: String)
    /// The target had completed the change before it was given up.
    case tooLate
    case failed(reason: String)
    case unsupported(reason: String)
    /// The deployment had changed nothing.
    case unneeded

    /// nil if there is nothing to say.
    package var sentence: String? {
        switch self {
        case .restored(let previous, let removed):
            "Rolled back; \(Self.words(previous: previous, removed: removed))."
        case .rolledBack(let detail): "Rolled back; \(detail)".asSentence
        case .tooLate: "Not rolled back: the change was already complete."
        case .failed(let reason): "Rollback failed too: \(reason)".asSentence
        case .unsupported(let reason): "Not rolled back: \(reason)".asSentence
        case .unneeded: nil
        }
    }

    private static func words(previous: [String], removed: [String]) -> String {
        let parts = [sentence(previous: previous), sentence(removed: removed)].compactMap(\.self)
        return parts.isEmpty ? "no running app had changed" : parts.joined(separator: "; ")
    }

    /// Whether no change of the deployment is left half done.
    var leavesNoChanges: Bool {
        switch self {
        case .restored, .rolledBack, .tooLate, .unneeded: true
        case .failed, .unsupported: false
        }
    }

    private static func sentence(previous names: [String]) -> String? {
        names.isEmpty ? nil : "the previous version of \(names.joined(separator: ", ")) is healthy"
    }

    private static func sentence(removed names: [String]) -> String? {
        guard !names.isEmpty else { return nil }
        return names.joined(separator: ", ")
            + (names.count == 1 ? " was new and is removed again" : " were new and are removed again")
    }
}

/// The tree of a commit, ready to be planned and applied.
package struct DeploymentSource: Sendable {
    /// The directory with the unpacked tree.
    package let root: String
    /// The links that the tree lacks.
    package let leftOut: [LeftOutLink]
    package let branch: WatchedBranch
    package let commit: CommitInfo
    /// Applies unchanged apps too.
    package let isForced: Bool
    /// Applies the apps that drifted instead of those that the commit changes.
    package var correction: DriftScope?
    /// Whether changes beyond the plan have to be approved before they are applied.
    package var needsApproval = false
    /// The deployment that it is for; nil for a plan alone.
    package var deployment: Int64?
    package var reason = DeploymentReason.plan

    package init(
        root: String, branch: WatchedBranch, commit: CommitInfo, isForced: Bool = false, leftOut: [LeftOutLink] = []
    ) {
        self.root = root
        self.leftOut = leftOut
        self.branch = branch
        self.commit = commit
        self.isForced = isForced
    }
}

/// Where the decisions of operators about a branch are stored outside the disk.
package protocol DecisionStore: Sendable {
    /// nil if none was ever stored.
    /// - Throws: `RetryableError` where the store does not respond.
    func recall(_ branch: WatchedBranch) async throws -> Decisions?

    /// Stores all decisions, instead of those before.
    func save(_ decisions: Decisions, of branch: WatchedBranch) async throws
}
