import Foundation
package import Logging
import ServiceLifecycle

/// May a deployment start now?
package struct DeploymentGate: Sendable {
    let authentication: Authentication
    let decisions: DecisionKeeper

    package init(authentication: Authentication, decisions: DecisionKeeper) {
        self.authentication = authentication
        self.decisions = decisions
    }

    /// Returns once GitHub accepts the token and the target was asked for the decisions of operators. If the target did not
    /// answer, it is asked again before anything is applied.
    /// - Throws: `CancellationError`
    func open() async throws {
        try await authentication.granted()
        try await decisions.asked()
    }
}

/// Where the commits come from.
package struct CommitSource: Sendable {
    let gitHub: GitHubClient
    let identity: RepositoryIdentity

    package init(gitHub: GitHubClient, identity: RepositoryIdentity) {
        self.gitHub = gitHub
        self.identity = identity
    }
}

/// Takes the next queued deployment from the store and runs it, one at a time, until cancelled.
package struct Deployer: Service {
    private let configuration: Configuration
    private let source: CommitSource
    private let target: any DeploymentTarget
    private let store: Store
    private let gate: DeploymentGate
    private let announcer: DeploymentAnnouncer
    private let logger: Logger
    /// Updated by each success.
    package var expected: ExpectedApps?
    /// The time after which it checks the queue without a signal.
    package var checkInterval = Duration.seconds(60)
    /// How long a deployment may make no progress while a newer one is queued.
    package var stallTimeout = NewerPush.stallTimeout

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
                    logger.error("Deployer error, retrying in \(Self.retryDelay.brief): \(error)")
                    try? await Task.sleep(for: Self.retryDelay)
                }
            }
        }
    }

    private static let retryDelay = Duration.seconds(5)
    private static let tokenCheckInterval = Duration.seconds(2)

    private func work() async throws {
        let queued = store.feed.signals(where: \.mayStartDeployment)
        let retries = store.feed.signals(where: \.isRetry)
        try await closeInterrupted()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await releaseRetries(on: retries) }
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

    /// Queues each retry when it is due.
    private func releaseRetries(on signals: AsyncStream<Void>) async throws {
        var signals = signals.makeAsyncIterator()
        repeat {
            while let due = try await store.nextRetry(of: configuration.branch) {
                let now = Date()
                // Another retry may be due earlier, and the clock may be set.
                if due > now { try await Task.sleep(for: min(.seconds(due.timeIntervalSince(now)), checkInterval)) }
                try await store.releaseRetry(of: configuration.branch, dueBy: Date())
            }
        } while await signals.next() != nil
    }

    /// Closes what a crash or a failed store left behind.
    private func closeInterrupted() async throws {
        for deployment in try await store.closeInterrupted(of: configuration.branch) {
            guard deployment.stage == .interrupted else {
                try await announceEnd(of: deployment.id)
                continue
            }
            logger.warning(
                "A deployment was interrupted; its commit is queued again",
                metadata: [.deployment: "\(deployment.id)", .commit: "\(deployment.commit.short)"])
        }
    }

    private func deployQueued() async throws {
        while true {
            try Task.checkCancellation()
            // Waiting for the token may take hours, in which an operator may pause, cancel or roll back.
            try await gate.open()
            guard try await !isPaused, try await isRepositoryWatched(),
                let next = try await store.nextQueued(of: configuration.branch)
            else { return }
            do {
                try await deploy(next, to: target)
            } catch is Store.AlreadyEnded {
                logger.info("Deployment was cancelled before it started", metadata: next.metadata)
            } catch is PauseRecalled {
                // The commit is queued again, and waits for the operator.
            } catch is RepositoryIdentity.Replaced {
                // The commit is queued again, and waits for an operator.
            }
        }
    }

    /// Another repository that has the name stops deployments until it is gone or accepted.
    private func isRepositoryWatched() async throws -> Bool {
        guard source.identity.isReplaced else { return true }
        do {
            try await source.identity.verify()
            return true
        } catch is RepositoryIdentity.Replaced {
            return false
        } catch let error as GitHubError {
            logger.warning("\(error)")
            return false
        }
    }

    /// - Throws: `PauseRecalled` or `RepositoryIdentity.Replaced` once the commit is queued again,
    ///   `CancellationError`, `Store.Failed`, `Store.AlreadyEnded`.
    private func deploy(_ deployment: Deployment, to target: some DeploymentTarget) async throws {
        logger.info("Deployment started", metadata: deployment.metadata)
        let log = DeploymentLogWriter(
            deployment: deployment.id, store: store, redactor: store.redactor, logger: logger)
        let recorder = DeploymentRecorder(deployment, log: log, store: store)
        let newer = NewerPush(recorder: recorder, store: store, stallTimeout: stallTimeout)
        let watch = DependencyWatch(deployment, store: store, log: log)
        let run = DeploymentRun(
            recorder: recorder, target: target, source: source, decisions: gate.decisions, announcer: announcer,
            settings: .init(
                stateDirectory: configuration.state.directory, timeout: configuration.deployment.timeout,
                onFailure: configuration.deployment.onFailure, retryDelay: configuration.deployment.retryDelay),
            logger: logger, expected: expected)
        do {
            try await untilCancelledByOperator(deployment.id) {
                try await finish(run)
            } watching: {
                await watch.run()
            } orUntil: {
                try await newer.watch()
            }
        } catch is PutBack {
            return
        } catch let cancellation as CancellationError {
            let deployment = await recorder.deployment
            if deployment.stage.isFinal {
                try await announceEnd(of: deployment.id)
            } else {
                try await store.interrupt(deployment)
            }
            throw cancellation
        } catch let recalled as PauseRecalled {
            try await store.interrupt(await recorder.deployment, by: .pause)
            try await announceEnd(of: deployment.id)
            throw recalled
        } catch let superseded as NewerPush.Superseded {
            return try await end(deployment.id, inFavourOf: superseded.newer, log)
        } catch let ended as Store.AlreadyEnded where ended.deployment.stage == .superseded {
            return try await end(deployment.id, inFavourOf: try await store.nextQueued(of: configuration.branch), log)
        } catch let replaced as RepositoryIdentity.Replaced {
            try await store.interrupt(await recorder.deployment, by: .otherRepository)
            try await announceEnd(of: deployment.id)
            throw replaced
        } catch is CancelledByOperator {
            // It may have ended in the same moment; then its own end counts.
            if await !recorder.deployment.stage.isFinal { try await recorder.cancel() }
        }
        try await announceEnd(of: deployment.id)
    }

    private func end(_ id: Int64, inFavourOf newer: Deployment?, _ log: DeploymentLogWriter) async throws {
        if let newer { await log.write("superseded", "by deployment \(newer.id) of \(newer.commit.short)") }
        try await announceEnd(of: id, newer: newer?.commit)
    }

    private struct CancelledByOperator: Error {}
    /// The deployment is in the queue again.
    private struct PutBack: Error {}

    /// Runs a deployment to its end. Where GitHub rejects the token for a request of this deployment but accepts it otherwise, it
    /// waits in its row and tries again.
    /// - Throws: `PutBack` if the observer is paused meanwhile, and what the run throws.
    private func finish(_ run: DeploymentRun<some DeploymentTarget>) async throws {
        var pause = Backoff(first: .seconds(2), limit: .seconds(300))
        var isReported = false
        while true {
            do {
                return try await run.run()
            } catch let refusal as TokenRefused {
                if !isReported { await run.recorder.log.write("waiting", refusal.description, level: .warning) }
                isReported = true
                try await waitForToken(atMost: pause.delay())
                try await gate.open()
                guard try await !isPaused else {
                    try await store.putBack(await run.recorder.deployment)
                    throw PutBack()
                }
            }
        }
    }

    /// Ends early at another push, a pause or another token.
    private func waitForToken(atMost limit: Duration) async throws {
        let changes = store.feed.signals { change in
            switch change {
            case .branch: true
            case .deployment(let deployment): deployment.stage == .queued
            default: false
            }
        }
        let used = source.gitHub.token.current
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { for await _ in changes { return } }
            group.addTask { try await Task.sleep(for: limit) }
            group.addTask {
                while await !source.gitHub.token.isRenewed(since: used) {
                    try await Task.sleep(for: Self.tokenCheckInterval)
                }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// - Parameter end: Ends the work with an error.
    /// - Throws: `CancelledByOperator`, and what the work and its end throw.
    private func untilCancelledByOperator(
        _ id: Int64, _ work: @escaping @Sendable () async throws -> Void,
        watching watch: @escaping @Sendable () async -> Void, orUntil end: @escaping @Sendable () async throws -> Void
    ) async throws {
        let cancellations = store.feed.signals { change in
            if case .cancellation(let wanted) = change { wanted == id } else { false }
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await work() }
            group.addTask {
                for await _ in cancellations { throw CancelledByOperator() }
                throw CancellationError()
            }
            group.addTask { try await end() }
            group.addTask {
                await watch()
                throw CancellationError()
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private var isPaused: Bool {
        get async throws {
            try await store.branchState(of: configuration.branch).isPaused
        }
    }

    private func announceEnd(of id: Int64, newer: CommitID? = nil) async throws {
        guard let ended = try await store.deployment(id) else { return }
        announcer.announce(ended, before: try await store.deployment(before: ended), newer: newer)
        gate.decisions.reportRollback(after: ended)
    }
}

extension EngineChange {
    fileprivate var mayStartDeployment: Bool {
        switch self {
        case .deployment(let deployment): deployment.stage == .queued && deployment.notBefore == nil
        case .branch(_, let state): !state.isPaused
        case .databaseRecreated: true
        default: false
        }
    }

    fileprivate var isRetry: Bool {
        if case .deployment(let deployment) = self { deployment.notBefore != nil } else { false }
    }
}
