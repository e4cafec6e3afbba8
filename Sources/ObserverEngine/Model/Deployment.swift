package import Foundation

/// One commit on its way to Marathon: a row of the table that is both queue and history.
package struct Deployment: Equatable, Sendable, Identifiable {
    package typealias Stage = DeploymentSummary.Stage
    package typealias Trigger = DeploymentSummary.Trigger

    /// The outcome of one that a shutdown or a crash cut short.
    package static let interruptedOutcome = "interrupted: the observer stopped; Marathon goes on by itself"

    /// The outcome of one that could not go on because GitHub refuses the token.
    package static let tokenRefusedOutcome = "interrupted: GitHub refuses the token; the commit is queued again"

    /// Those of an end that says nothing about the commit, which was queued again.
    static let outcomesOfInterruption = [interruptedOutcome, tokenRefusedOutcome]

    /// Whether its end says nothing about its commit, which was queued again.
    package var isInterrupted: Bool {
        outcome.map(Self.outcomesOfInterruption.contains) ?? false
    }

    /// The outcome of one that an operator cut short.
    package static let cancelledOutcome = "cancelled by an operator; what Marathon has begun goes on there"

    package let id: Int64
    package internal(set) var request: DeploymentRequest
    package let queuedAt: Date
    package private(set) var stage: Stage
    package private(set) var startedAt: Date?
    package private(set) var finishedAt: Date?
    /// Why it failed or was superseded, or what it did; of one that goes on, why it will have failed once it is taken back.
    package private(set) var outcome: String?
    /// What it does to each app; empty until that is known.
    package var changes: [AppChange]
    package var progress: DeploymentProgress?
    /// The ids of the deployments that it started at Marathon.
    package var marathonDeployments: [String]

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
        marathonDeployments = []
    }

    package var commit: CommitID { request.commit.id }

    /// Goes on to a later stage of its work.
    package mutating func advance(to next: Stage, at date: Date) {
        precondition(!stage.isFinal && !next.isFinal, "a deployment that has ended does not go on")
        if stage == .queued { startedAt = date }
        stage = next
    }

    /// Whether it has failed and is still being taken back.
    var isGivenUp: Bool { !stage.isFinal && outcome != nil }

    /// Notes why it fails while it is still being taken back, in case that is cut short.
    package mutating func giveUp(because reason: String) {
        outcome = reason
    }

    /// Ends one that the observer's own end cuts short.
    mutating func interrupt(outcome interruption: String, at date: Date) {
        finish(as: .failed, outcome: outcome.map { "\($0) \(Self.unwatchedRollback)" } ?? interruption, at: date)
    }

    private static let unwatchedRollback = "The observer stopped before that was done: look at the apps at Marathon."

    /// Ends it, once.
    package mutating func finish(as final: Stage, outcome: String, at date: Date) {
        precondition(!stage.isFinal && final.isFinal, "a deployment ends once")
        stage = final
        self.outcome = outcome
        finishedAt = date
    }

    /// How long it ran, or has been running; nothing where the clock was set back meanwhile.
    package func duration(now: Date) -> Duration? {
        startedAt.map { .seconds(max(0, (finishedAt ?? now).timeIntervalSince($0))) }
    }
}

/// What is to be deployed, and why.
package struct DeploymentRequest: Equatable, Sendable {
    package var branch: WatchedBranch
    package var commit: CommitInfo
    package var trigger: Deployment.Trigger
    /// Applies unchanged apps too.
    package var isForced: Bool
    /// The delivery that brought it about.
    package var delivery: Int64?

    package init(
        branch: WatchedBranch, commit: CommitInfo, trigger: Deployment.Trigger, isForced: Bool = false,
        delivery: Int64? = nil
    ) {
        self.branch = branch
        self.commit = commit
        self.trigger = trigger
        self.isForced = isForced
        self.delivery = delivery
    }

    /// Without secrets, and with long texts cut, as it may be stored.
    func redacted(by redactor: Redactor) -> DeploymentRequest {
        var clean = self
        clean.commit = commit.redacted(by: redactor)
        return clean
    }
}

extension Deployment.Trigger {
    /// Those that stand whatever the branch points at.
    static let operatorsChoices: [Self] = [.operator, .rollback]
}
