import Foundation
package import Logging
import Synchronization

/// Announces how deployments end: on the commit on GitHub, to the notification endpoint and in the log.
package struct DeploymentAnnouncer: Sendable {
    private let store: Store
    private let statuses: CommitStatusReporter
    private let notifier: Notifier
    private let decisions: DecisionKeeper
    private let logger: Logger

    package init(
        store: Store, statuses: CommitStatusReporter, notifier: Notifier, decisions: DecisionKeeper, logger: Logger
    ) {
        self.store = store
        self.statuses = statuses
        self.notifier = notifier
        self.decisions = decisions
        self.logger = logger
        // Weakly, because the keeper of the decisions has the feed.
        store.feed.listen { [weak decisions, running = DeployingCommit()] change in
            if case .databaseRecreated = change { running.end() }
            guard let decisions, case .deployment(let deployment) = change,
                deployment.request.branch == decisions.branch, deployment.request.isStatusOfCommit
            else { return }
            running.note(deployment)
            // If its commit is being deployed, that deployment reports how it ends.
            guard deployment.stage.isFinal, deployment.startedAt == nil, running.commit != deployment.commit else {
                return
            }
            Self.report(unstarted: deployment, decisions)
        }
    }

    /// Restores which commits were already shown as pending before the start.
    /// - Throws: `Store.Failed`
    func recallPendingCommits() async throws {
        statuses.note(pending: try await store.pendingCommits(of: decisions.branch))
    }

    /// - Parameter isPlanned: Whether only the plan is made that may have to be approved.
    func announceStart(of request: DeploymentRequest, isPlanned: Bool = false) {
        guard request.isStatusOfCommit else { return }
        statuses.report(.pending, isPlanned ? "Planning" : "Deploying", on: request.commit.id)
    }

    /// - Throws: `Store.Failed`
    func announceWait(of deployment: Deployment, _ wait: DeploymentWait) async throws {
        let sentence = store.redactor.redact(wait.sentence)
        logger.info("Deployment waiting: \(sentence)", metadata: deployment.metadata)
        guard deployment.request.isStatusOfCommit else { return }
        statuses.report(.pending, "Waiting: \(sentence)", on: deployment.commit)
        try await endPendingStatus(of: deployment.id)
    }

    /// Ends the pending statuses of commits whose deployments were interrupted and that were not queued again.
    /// - Throws: `Store.Failed`
    func announceInterruptions() async throws {
        let hold = try await store.branchState(of: decisions.branch).hold
        for row in try await store.abandonedInterruptions(of: decisions.branch) where statuses.isPending(row.commit) {
            let outcome = store.redactor.redact(row.outcome ?? "").asSentence
            let reason = hold?.leaves(row.request) == true ? "" : " Another commit was queued instead."
            statuses.report(.error, outcome + reason, on: row.commit)
            decisions.reportRollback(after: row)
        }
    }

    /// - Parameter newer: The commit whose deployment ended it while it ran.
    func announceEnd(of id: Int64, newer: CommitID? = nil) async throws {
        defer { store.feed.post([.announced(deployment: id)]) }
        guard let ended = try await store.deployment(id) else { return }
        let outcome = store.redactor.redact(ended.outcome ?? "")
        try await report(ended, outcome, newer: newer)
        if let notification = Notification(ended, before: try await store.deployment(before: ended)) {
            notifier.post(notification)
        }
        log(ended, outcome)
        // A commit that was rolled back keeps that status.
        decisions.reportRollback(after: ended)
    }

    /// Ends the pending status of a deployment that never started and has ended in the same moment.
    private func endPendingStatus(of id: Int64) async throws {
        guard let ended = try await store.deployment(id), ended.stage.isFinal, ended.startedAt == nil else { return }
        Self.report(unstarted: ended, decisions)
    }

    /// Reports the end of a deployment that never started: an operator or a newer push ended it.
    private static func report(unstarted ended: Deployment, _ decisions: DecisionKeeper) {
        let outcome = ended.outcome ?? ""
        let isPending = decisions.statuses.isPending(ended.commit) && !ended.isSupersededByItsCommit
        // The commit has succeeded before; only a return to it was called off.
        let hasSucceeded = ended.request.trigger == .rollback || decisions.statuses.hasSucceeded(ended.commit)
        switch ended.stage {
        case .cancelled where hasSucceeded, .superseded where hasSucceeded:
            guard isPending else { break }
            let sentence = "Deployed earlier. \(outcome.capitalizedSentence)"
            decisions.statuses.report(.success, sentence, on: ended.commit)
        // An observer that has lost its disk does not try a commit with a failure again.
        case .cancelled: decisions.statuses.report(.failure, outcome, on: ended.commit)
        case .superseded where isPending: decisions.statuses.report(.error, outcome, on: ended.commit)
        default: return
        }
        // A commit that was rolled back keeps that status.
        decisions.reportRollback(after: ended)
    }

    private func report(_ ended: Deployment, _ outcome: String, newer: CommitID?) async throws {
        guard ended.request.isStatusOfCommit else { return }
        switch ended.stage {
        case .succeeded: statuses.report(.success, outcome, on: ended.commit)
        case .failed where ended.retry != nil:
            statuses.report(.pending, "Retrying later: \(outcome)", on: ended.commit)
            if let retry = ended.retry { try await endPendingStatus(of: retry) }
        case .failed where ended.startedAt == nil:
            // Its checks may pass later. An observer that has lost its disk does not try a commit with a failure again.
            statuses.report(.error, outcome, on: ended.commit)
        case .failed, .cancelled: statuses.report(.failure, outcome, on: ended.commit)
        case .superseded:
            // It is not a failure of the commit, which may be deployed again.
            if let newer, newer != ended.commit {
                statuses.report(.error, "superseded by \(newer.short)", on: ended.commit)
            } else if newer == nil, statuses.isPending(ended.commit), !ended.isSupersededByItsCommit {
                statuses.report(.error, outcome, on: ended.commit)
            }
        case .interrupted: try await announceInterruptions()
        case .queued, .fetching, .validating, .applying, .waiting: break
        }
    }

    private func log(_ ended: Deployment, _ outcome: String) {
        let took = ended.duration(now: Date())
        var metadata = ended.metadata
        if let took { metadata[.took] = "\(took.brief)" }
        switch ended.stage {
        case .succeeded: logger.info("Deployment succeeded: \(outcome)", metadata: metadata)
        case .failed where ended.retry != nil:
            metadata[.retry] = "\(ended.retry ?? 0)"
            logger.warning("Deployment failed and will be retried: \(outcome)", metadata: metadata)
        case .failed: logger.error("Deployment failed: \(outcome)", metadata: metadata)
        case .superseded:
            logger.info("Deployment \(ended.isReplaced ? "" : "superseded: ")\(outcome)", metadata: metadata)
        case .cancelled: logger.warning("Deployment cancelled: \(outcome)", metadata: metadata)
        case .interrupted: logger.warning("Deployment interrupted: \(outcome)", metadata: metadata)
        case .queued, .fetching, .validating, .applying, .waiting: break
        }
    }
}

/// The commit that is being deployed.
private final class DeployingCommit: Sendable {
    private let running = Mutex<(deployment: Int64, commit: CommitID)?>(nil)

    func note(_ deployment: Deployment) {
        running.withLock { running in
            guard deployment.isRunning || running?.deployment == deployment.id else { return }
            running = deployment.isRunning ? (deployment.id, deployment.commit) : nil
        }
    }

    func end() { running.withLock { $0 = nil } }

    var commit: CommitID? { running.withLock { $0?.commit } }
}

extension Deployment {
    var metadata: Logger.Metadata {
        [.deployment: "\(id)", .commit: "\(commit.short)", .trigger: "\(request.trigger.rawValue)"]
    }
}
