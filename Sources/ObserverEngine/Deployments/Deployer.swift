import Foundation
package import Logging
import ServiceLifecycle

/// Takes the next queued deployment from the store and runs it, one at a time, until cancelled.
package struct Deployer: Service {
    private static let storeRetryDelay = Duration.seconds(5)

    private let configuration: Configuration
    private let source: CommitSource
    private let target: any DeploymentTarget
    private let store: Store
    package var gate: DeploymentGate
    private let announcer: DeploymentAnnouncer
    private let logger: Logger
    /// Updated by each success.
    package var expected: ExpectedApps?
    /// The time after which it checks the queue without a signal.
    package var checkInterval = Duration.seconds(60)

    package init(
        configuration: Configuration, source: CommitSource, target: any DeploymentTarget, store: Store,
        gate: DeploymentGate, announcer: DeploymentAnnouncer, logger: Logger
    ) {
        self.configuration = configuration
        self.source = source
        self.target = target
        self.store = store
        self.gate = gate
        self.announcer = announcer
        self.logger = logger
    }

    package func run() async throws {
        // At shutdown the target continues with the running deployment, which is recorded as interrupted.
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await work()
                } catch {
                    if Task.isCancelled { return }
                    // The store may be writable again later; the rows wait.
                    logger.error("Deployer error, retrying in \(Self.storeRetryDelay.brief): \(error)")
                    try? await Task.sleep(for: Self.storeRetryDelay)
                }
            }
        }
    }

    private func work() async throws {
        let queued = store.feed.signals(where: \.mayStartDeployment)
        let alarm = QueueAlarm(feed: store.feed, checkInterval: checkInterval, logger: logger)
        let retries = RetryRelease(store: store, branch: configuration.branch, alarm: alarm)
        let watch = QueueWatch(review: gate.review, alarm: alarm)
        try await closeInterrupted()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await retries.run() }
            group.addTask { try await watch.run() }
            group.addTask {
                try await deployQueued()
                // A row may have been queued without a signal, such as one that was stored although its transaction reported
                // an error.
                try await repeating(after: { checkInterval }, orOn: queued) { try await deployQueued() }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// Closes what a crash or a failed store left behind.
    private func closeInterrupted() async throws {
        for deployment in try await store.closeInterrupted(of: configuration.branch) {
            let log = DeploymentLogWriter(deployment: deployment.id, store: store, logger: logger)
            await log.write(deployment.stage.rawValue, deployment.outcome ?? "", level: .warning)
            guard deployment.stage == .interrupted else {
                try await announcer.announceEnd(of: deployment.id)
                continue
            }
            let newest = try await store.newestDeployment(of: deployment.commit, on: configuration.branch)
            logger.warning(
                "A deployment was interrupted\(newest?.stage == .queued ? "; its commit is queued again" : "")",
                metadata: [.deployment: "\(deployment.id)", .commit: "\(deployment.commit.short)"])
        }
        try await announcer.announceInterruptions()
    }

    private func deployQueued() async throws {
        while true {
            try Task.checkCancellation()
            // Waiting for the token may take hours, in which an operator may pause, cancel or roll back.
            try await gate.open()
            guard try await gate.isRepositoryWatched() else { return }
            let reviewed = try await gate.review.run()
            guard let next = reviewed.next else { return }
            do {
                // A pause or a hold since the review comes first; both are signals.
                guard let started = try await store.start(next) else { return }
                try await deploy(started, passedChecks: reviewed.passedChecks, to: target)
            } catch is Store.AlreadyEnded {
                logger.info("Deployment ended before it started", metadata: next.metadata)
            } catch is DecisionRecalled {
                // The commit is queued again, and waits for the operator.
            } catch is RepositoryIdentity.Replaced {
                // The commit is queued again, and waits for an operator.
            }
        }
    }

    /// - Throws: `DecisionRecalled` or `RepositoryIdentity.Replaced` once the commit is queued again,
    ///   `CancellationError`, `Store.Failed`.
    private func deploy(
        _ deployment: Deployment, passedChecks: String?, to target: some DeploymentTarget
    ) async throws {
        logger.info("Deployment started", metadata: deployment.metadata)
        let log = DeploymentLogWriter(deployment: deployment.id, store: store, logger: logger)
        if let passedChecks { await log.write("checks", "passed: \(passedChecks)") }
        let recorder = DeploymentRecorder(deployment, log: log, store: store)
        let run = DeploymentRun(
            recorder: recorder, target: target, source: source, decisions: gate.decisions, announcer: announcer,
            settings: .init(
                stateDirectory: configuration.state.directory, timeout: configuration.deployment.timeout,
                onFailure: configuration.deployment.onFailure, retryDelay: configuration.deployment.retryDelay,
                policy: configuration.deployment.policy, drift: configuration.deployment.drift),
            logger: logger, expected: expected)
        try await DeploymentAttempt(
            run: run, gate: gate, store: store, stallTimeout: configuration.deployment.stallTimeout
        ).perform()
    }
}

extension EngineChange {
    fileprivate var mayStartDeployment: Bool {
        switch self {
        case .deployment(let deployment): deployment.stage == .queued && deployment.notBefore == nil
        case .branch: true
        case .databaseRecreated: true
        default: false
        }
    }
}
