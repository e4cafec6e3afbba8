import Foundation
package import Logging

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
    }

    func announceStart(of commit: CommitID) {
        statuses.report(.pending, "Deploying", on: commit)
    }

    func announceWait(of deployment: Deployment, _ wait: DeploymentWait) {
        let sentence = store.redactor.redact(wait.sentence)
        statuses.report(.pending, "Waiting: \(sentence)", on: deployment.commit)
        logger.info("Deployment waiting: \(sentence)", metadata: deployment.metadata)
    }

    /// - Parameter newer: The commit whose deployment ended it while it ran.
    func announceEnd(of id: Int64, newer: CommitID? = nil) async throws {
        guard let ended = try await store.deployment(id) else { return }
        let outcome = store.redactor.redact(ended.outcome ?? "")
        report(ended, outcome, newer: newer)
        if let notification = Notification(ended, before: try await store.deployment(before: ended)) {
            notifier.post(notification)
        }
        log(ended, outcome)
        // A commit that was rolled back keeps that status.
        decisions.reportRollback(after: ended)
        store.feed.post([.announced(deployment: id)])
    }

    private func report(_ ended: Deployment, _ outcome: String, newer: CommitID?) {
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
            let isRepeated = outcome.hasPrefix("superseded ")
            logger.info("Deployment \(isRepeated ? "" : "superseded: ")\(outcome)", metadata: metadata)
        case .cancelled: logger.warning("Deployment cancelled: \(outcome)", metadata: metadata)
        case .interrupted: logger.warning("Deployment interrupted: \(outcome)", metadata: metadata)
        case .queued, .fetching, .validating, .applying, .waiting: break
        }
    }
}

extension Deployment {
    var metadata: Logger.Metadata {
        [.deployment: "\(id)", .commit: "\(commit.short)", .trigger: "\(request.trigger.rawValue)"]
    }
}
