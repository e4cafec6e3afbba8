package import Foundation

/// The deployment of one commit: a row of the table that is both queue and history.
package struct Deployment: Equatable, Sendable, Identifiable {
    package typealias Stage = DeploymentSummary.Stage
    package typealias Trigger = DeploymentSummary.Trigger

    /// An event that ends a deployment early, through no fault of its commit.
    package enum Interruption: Sendable {
        /// A shutdown or a crash.
        case stop
        /// An operator had paused deployments before the disk was lost.
        case pause
        /// An operator had put the branch on hold before the disk was lost.
        case hold
        /// Another repository has the watched name.
        case otherRepository
    }

    /// An event that ends a deployment early and that others have to recognize.
    package enum Ending: Codable, Equatable, Sendable {
        /// A newer deployment replaced it.
        case superseded(by: Int64, of: CommitID)
        /// An operator did not approve its plan.
        case rejected(by: String, reason: String?)
        /// It never started, because of its checks.
        case checks(CheckFailure)

        private enum CodingKeys: String, CodingKey {
            case superseded, rejected
            /// As the first databases have it.
            case checks = "unchecked"
        }
    }

    /// Why the checks of a commit did not let its deployment start.
    package enum CheckFailure: String, Codable, Sendable {
        case failed
        /// They did not report or complete in time.
        case late
        /// GitHub did not return them in time.
        case unread
        /// The branch requires no checks on GitHub, although those that it requires are to pass.
        case unrequired
    }

    package let id: Int64
    package internal(set) var request: DeploymentRequest
    package let queuedAt: Date
    package private(set) var stage: Stage
    package private(set) var startedAt: Date?
    package private(set) var finishedAt: Date?
    /// Why it failed or was superseded, or what it did; while it is being rolled back, why it fails.
    package private(set) var outcome: String?
    package internal(set) var ending: Ending?
    /// While it runs: which service does not respond, and why.
    package var trouble: String?
    /// The change of each app; empty until the deployment is planned.
    package var changes: [AppChange]
    package var progress: DeploymentProgress?
    /// The target's ids of everything that this deployment started there, such as Marathon deployments.
    package var externalIDs: [String]
    /// Whether it may have changed something at the target that is neither complete nor undone.
    package internal(set) var leavesChanges = false
    /// When a queued retry starts; nil starts at once.
    package internal(set) var notBefore: Date?
    /// The deployment that tries the commit again after this one failed.
    package internal(set) var retry: Int64?
    /// While it is queued: which rule keeps it from starting.
    package internal(set) var wait: DeploymentWait?
    /// The changes of a plan that must be approved, each as a mark; nil if none waits for that.
    package internal(set) var unapprovedPlan: [String]?

    package init(
        id: Int64, request: DeploymentRequest, queuedAt: Date, stage: Stage = .queued, startedAt: Date? = nil,
        finishedAt: Date? = nil, outcome: String? = nil
    ) {
        self.id = id
        self.request = request
        self.queuedAt = queuedAt
        self.stage = stage
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.outcome = outcome
        changes = []
        externalIDs = []
    }

    package var commit: CommitID { request.commit.id }

    /// Continues with a later stage.
    package mutating func advance(to next: Stage, at date: Date) {
        precondition(!stage.isFinal && !next.isFinal, "a deployment that has ended can't continue")
        if stage == .queued { startedAt = date }
        if next == .applying || next == .waiting { leavesChanges = true }
        wait = nil
        stage = next
    }

    /// Whether it has started and not ended.
    package var isRunning: Bool { !stage.isFinal && stage != .queued }

    /// Whether it is queued and an operator's hold keeps it from starting.
    func isKeptBack(by hold: HoldSummary?) -> Bool { stage == .queued && hold?.keepsBack(request) == true }

    /// Whether it has failed and is still being rolled back.
    var isGivenUp: Bool { !stage.isFinal && outcome != nil }

    /// Stores why it fails before it is rolled back, in case the rollback is interrupted.
    package mutating func giveUp(because reason: String) {
        outcome = reason
    }

    /// Ends it so that its commit is queued again; one that is being rolled back has failed.
    mutating func interrupt(by interruption: Interruption, at date: Date) {
        if let outcome {
            finish(as: .failed, outcome: "\(outcome.asSentence) \(Self.unwatchedRollback)", at: date)
        } else {
            finish(as: .interrupted, outcome: "\(interruption.sentence) \(sentenceOnChanges)", at: date)
        }
    }

    /// Returns it to the queue before it has changed anything at the target.
    mutating func putBack() {
        precondition(!stage.isFinal, "a deployment ends once")
        (stage, startedAt, leavesChanges) = (.queued, nil, false)
    }

    /// Returns it to the queue after its checks, because of which it ended before it started, have passed. It still shows
    /// what had ended it.
    mutating func reopen() {
        precondition(stage == .failed && startedAt == nil, "only a deployment that never started can be reopened")
        (stage, finishedAt, outcome) = (.queued, nil, nil)
    }

    /// Returns it to the queue until an operator has approved its plan.
    mutating func putBack(untilApproved marks: [String]) {
        putBack()
        unapprovedPlan = marks
    }

    /// Identifies the plan that must be approved, so that an operator approves only a plan that they saw.
    package var planID: String? {
        unapprovedPlan.map { "\(id)-\($0.sorted().joined(separator: "\n").sha256.prefix(12))" }
    }

    private static let unwatchedRollback =
        "The observer stopped before the rollback was complete; check what is running."

    /// Ends it in favour of a newer one, unless it is applying changes right now.
    /// - Parameter isBlocked: Whether it waits for a lock at the target, and changes nothing meanwhile.
    /// - Returns: Whether it has ended.
    mutating func giveWay(to newer: Deployment, isBlocked: Bool = false, at date: Date) -> Bool {
        if let outcome, stage == .waiting {
            ending = .superseded(by: newer.id, of: newer.commit)
            let end = "Superseded by deployment \(newer.id) (\(newer.commit.short)) during the rollback."
            finish(as: .failed, outcome: "\(outcome) \(end)", at: date)
            return true
        }
        switch stage {
        case .applying where !isBlocked: return false
        case .applying where !externalIDs.isEmpty: supersede(by: newer, " before it was complete", at: date)
        case .fetching, .validating, .applying:
            leavesChanges = false
            supersede(by: newer, "; nothing was applied", at: date)
        case .waiting: supersede(by: newer, " before it was healthy", at: date)
        default: return false
        }
        return true
    }

    /// Ends it in favour of a newer one.
    /// - Parameter state: Added to the outcome: what was applied.
    mutating func supersede(by newer: Deployment, _ state: String = "", at date: Date) {
        let ending = Ending.superseded(by: newer.id, of: newer.commit)
        self.ending = ending
        finish(as: .superseded, outcome: ending.words + state, at: date)
    }

    /// Ends it at the request of an operator.
    mutating func cancel(by name: String, at date: Date) {
        finish(as: .cancelled, outcome: "Cancelled by \(name). \(sentenceOnChanges)", at: date)
    }

    /// Ends it because an operator did not approve its plan.
    mutating func reject(by name: String, reason: String?, at date: Date) {
        let ending = Ending.rejected(by: name, reason: reason)
        self.ending = ending
        finish(as: .cancelled, outcome: "\(ending.words.capitalizedSentence) Nothing was applied.", at: date)
    }

    /// Ends it before it starts, because of its checks.
    mutating func fail(outcome: String, because cause: CheckFailure?, at date: Date) {
        ending = cause.map(Ending.checks)
        finish(as: .failed, outcome: outcome, at: date)
    }

    /// The state in which its changes are left.
    private var sentenceOnChanges: String {
        switch stage {
        case .queued: "It had not started."
        case .fetching, .validating: "Nothing was applied."
        default: leavesChanges || isGivenUp ? "Changes already applied are not undone." : "Nothing was applied."
        }
    }

    /// Ends it, once.
    package mutating func finish(as final: Stage, outcome: String, at date: Date) {
        precondition(!stage.isFinal && final.isFinal, "a deployment ends once")
        stage = final
        if final == .succeeded { leavesChanges = false }
        self.outcome = outcome
        trouble = nil
        wait = nil
        finishedAt = date
    }

    /// Notes after its failure that another deployment returns to the last success.
    mutating func note(undoneBy rollback: Deployment) {
        addToOutcome(rollback.returnToLastSuccess.capitalizedSentence)
    }

    /// The note on a failure after which it is queued: `deployment 3 returns to 5dc9656, the last success`
    var returnToLastSuccess: String { "deployment \(id) returns to \(commit.short), the last success" }

    /// Notes that the changes that are left can't be undone.
    mutating func noteNothingToReturnTo() {
        addToOutcome("No earlier deployment succeeded, so there is nothing to return to.")
    }

    /// Notes that its commit is not queued again because an operator has left it.
    mutating func note(leftBy hold: HoldSummary) {
        addToOutcome("The branch is on hold at \(hold.commit.short), so this commit is not queued again.")
    }

    private mutating func addToOutcome(_ sentence: String) {
        outcome = [outcome?.asSentence, sentence].compactMap(\.self).joined(separator: " ")
    }

    /// Whether a newer deployment replaced it; any other that was superseded ended because the branch had moved.
    var isReplaced: Bool {
        if case .superseded? = ending { true } else { false }
    }

    /// How long it ran or has been running; zero if the clock was set back meanwhile.
    package func duration(now: Date) -> Duration? {
        startedAt.map { .seconds(max(0, (finishedAt ?? now).timeIntervalSince($0))) }
    }
}

extension Deployment.Ending {
    /// `superseded by deployment 3 (5dc9656)`, `rejected by ann: wrong size`, `its checks did not pass`. A reason may have
    /// several lines.
    var words: String {
        switch self {
        case .superseded(let id, let commit): "superseded by deployment \(id) (\(commit.short))"
        case .rejected(let name, let reason): "rejected by \(name)\(reason.map { ": \($0)" } ?? "")"
        case .checks(let cause): cause.words
        }
    }
}

extension Deployment.CheckFailure {
    /// `its checks did not pass`
    var words: String {
        switch self {
        case .failed: "its checks did not pass"
        case .late: "its checks did not complete in time"
        case .unread: "its checks could not be read in time"
        case .unrequired: "-require-checks is 'required', but the branch requires no checks"
        }
    }
}

extension Deployment.Interruption {
    var sentence: String {
        switch self {
        case .stop: "The observer stopped."
        case .pause: "Deployments are paused."
        case .hold: "The branch is on hold."
        case .otherRepository: "The name belongs to another repository."
        }
    }
}

/// Which commit to deploy, and why.
package struct DeploymentRequest: Equatable, Sendable {
    package var branch: WatchedBranch
    package var commit: CommitInfo
    package var trigger: Deployment.Trigger
    /// Applies unchanged apps too.
    package var isForced: Bool
    /// The delivery that caused it.
    package var delivery: Int64?
    /// The operator who requested it; nil for a deployment that no operator requested.
    package var requestedBy: String?
    /// Counts from 1; a retry has a higher one.
    package var attempt = 1
    /// Why an operator deploys it although rules forbid it; nil unless that is so.
    package var override: String?
    /// Why an operator rolls back to it; nil without a reason.
    package var reason: String?
    /// The apps that a correction of drift concerns; nil for any other deployment.
    package var corrections: [CorrectedApp]?
    /// nil before an operator has approved a plan of the commit.
    package var approval: PlanApproval?

    package init(
        branch: WatchedBranch, commit: CommitInfo, trigger: Deployment.Trigger, isForced: Bool = false,
        delivery: Int64? = nil, requestedBy: String? = nil
    ) {
        self.branch = branch
        self.commit = commit
        self.trigger = trigger
        self.isForced = isForced
        self.delivery = delivery
        self.requestedBy = requestedBy
    }

    /// The request as it is stored: without secrets that the commit contains, and with long texts cut off.
    func redacted(by redactor: Redactor) -> DeploymentRequest {
        var clean = self
        clean.commit = commit.redacted(by: redactor)
        clean.requestedBy = redactor.redact(requestedBy, toBytes: TextLimit.name)
        clean.override = redactor.redact(override, toBytes: TextLimit.reason)
        clean.reason = redactor.redact(reason, toBytes: TextLimit.reason)
        return clean
    }
}

extension DeploymentRequest {
    /// The IDs of the apps that a correction of drift concerns; nil for any other deployment.
    package var correctedApps: Set<String>? { corrections.map { Set($0.map(\.id)) } }

    /// Whether an operator replays a push, which may not be the newest one.
    var isReplay: Bool { trigger == .delivery && requestedBy != nil }

    /// Whether its progress is reported as the status of its commit. A correction of drift is not about the commit.
    var isStatusOfCommit: Bool { trigger != .drift }
}

extension Deployment.Trigger {
    /// The triggers of deployments that do not depend on what the branch points at: an operator chose the commit, or it runs
    /// already.
    static let apartFromBranch: [Self] = [.operator, .rollback, .drift]

    /// Whether it deploys a commit because the branch points at it.
    var followsBranch: Bool { !Self.apartFromBranch.contains(self) }
}
