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
    private let waiting = WaitingDeployments()

    package init(
        store: Store, statuses: CommitStatusReporter, notifier: Notifier, decisions: DecisionKeeper, logger: Logger
    ) {
        self.store = store
        self.statuses = statuses
        self.notifier = notifier
        self.decisions = decisions
        self.logger = logger
        // Weakly, because the keeper of the decisions has the feed.
        store.feed.listen { [weak decisions, waiting] change in
            guard let decisions, case .deployment(let deployment) = change, deployment.stage != .queued,
                deployment.request.branch.isSame(as: decisions.branch)
            else { return }
            let wasWaiting = waiting.remove(deployment.id)
            guard deployment.stage.isFinal, deployment.startedAt == nil else { return }
            Self.report(unstarted: deployment, isPending: wasWaiting || deployment.request.attempt > 1, decisions)
        }
    }

    /// - Parameter isPlanned: Whether only the plan is made that may have to be approved.
    func announceStart(of request: DeploymentRequest, isPlanned: Bool = false) {
        guard request.isStatusOfCommit else { return }
        statuses.report(.pending, isPlanned ? "Planning" : "Deploying", on: request.commit.id)
    }

    /// The commit of a deployment is shown as pending.
    func note(waiting deployment: Deployment) { waiting.insert(deployment.id) }

    func announceWait(of deployment: Deployment, _ wait: DeploymentWait) {
        let sentence = store.redactor.redact(wait.sentence)
        if deployment.request.isStatusOfCommit {
            statuses.report(.pending, "Waiting: \(sentence)", on: deployment.commit)
        }
        logger.info("Deployment waiting: \(sentence)", metadata: deployment.metadata)
    }

    /// - Parameter newer: The commit whose deployment ended it while it ran.
    func announceEnd(of id: Int64, newer: CommitID? = nil) async throws {
        defer { store.feed.post([.announced(deployment: id)]) }
        guard let ended = try await store.deployment(id) else { return }
        let outcome = store.redactor.redact(ended.outcome ?? "")
        report(ended, outcome, newer: newer)
        if let notification = Notification(ended, before: try await store.deployment(before: ended)) {
            notifier.post(notification)
        }
        log(ended, outcome)
        // A commit that was rolled back keeps that status.
        decisions.reportRollback(after: ended)
    }

    /// Reports the end of a deployment that never started: an operator or a newer push ended it.
    /// - Parameter isPending: Whether its commit is shown as pending.
    private static func report(unstarted ended: Deployment, isPending: Bool, _ decisions: DecisionKeeper) {
        guard ended.request.isStatusOfCommit else { return }
        let outcome = ended.outcome ?? ""
        switch ended.stage {
        // An observer that has lost its disk does not try a commit with a failure again.
        case .cancelled: decisions.statuses.report(.failure, outcome, on: ended.commit)
        // The newer deployment of the same commit reports its status.
        case .superseded where isPending && !ended.isSupersededByItsCommit:
            decisions.statuses.report(.error, outcome, on: ended.commit)
        default: return
        }
        // A commit that was rolled back keeps that status.
        decisions.reportRollback(after: ended)
    }

    private func report(_ ended: Deployment, _ outcome: String, newer: CommitID?) {
        guard ended.request.isStatusOfCommit else { return }
        switch ended.stage {
        case .succeeded: statuses.report(.success, outcome, on: ended.commit)
        case .failed where ended.retry != nil:
            statuses.report(.pending, "Retrying later: \(outcome)", on: ended.commit)
        case .failed where ended.startedAt == nil:
            // Its checks may pass later. An observer that has lost its disk does not try a commit with a failure again.
            statuses.report(.error, outcome, on: ended.commit)
        case .failed, .cancelled: statuses.report(.failure, outcome, on: ended.commit)
        case .superseded:
            // It is not a failure of the commit, which may be deployed again.
            if let newer, newer != ended.commit {
                statuses.report(.error, "superseded by \(newer.short)", on: ended.commit)
            }
        default: break
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
            logger.info("Deployment \(ended.ending == nil ? "superseded: " : "")\(outcome)", metadata: metadata)
        case .cancelled: logger.warning("Deployment cancelled: \(outcome)", metadata: metadata)
        case .interrupted: logger.warning("Deployment interrupted: \(outcome)", metadata: metadata)
        case .queued, .fetching, .validating, .applying, .waiting: break
        }
    }
}

/// The deployments whose commits are shown as pending because they wait.
private final class WaitingDeployments: Sendable {
    private let ids = Mutex<Set<Int64>>([])

    func insert(_ id: Int64) { ids.withLock { _ = $0.insert(id) } }

    /// - Returns: Whether it was one of them.
    func remove(_ id: Int64) -> Bool { ids.withLock { $0.remove(id) != nil } }
}

extension Deployment {
    fileprivate var isSupersededByItsCommit: Bool {
        if case .superseded(_, let newer) = ending { newer == commit } else { false }
    }

    var metadata: Logger.Metadata {
        [.deployment: "\(id)", .commit: "\(commit.short)", .trigger: "\(request.trigger.rawValue)"]
    }
}
