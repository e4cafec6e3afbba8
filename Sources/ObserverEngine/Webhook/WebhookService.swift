import Foundation
package import Logging
import ServiceLifecycle

/// Decides when the webhook is reconciled and verified: at the start, at each review, at an operator's request, after
/// rejected signatures and after the secret has changed. One of these runs at a time.
package struct WebhookService: Service {
    /// How long a review or an operator's request tries to reach GitHub.
    private static let requestTimeout = Duration.seconds(30)
    /// Rate limit: anyone can send bad signatures.
    private static let verificationInterval = Duration.seconds(60)

    private let reconciler: WebhookReconciler
    private let missed: MissedDeliveries
    private let authentication: Authentication
    private let reviewInterval: Duration
    private let metrics: Metrics
    private let transcript: Transcript
    private let logger: Logger
    private let turn = AsyncLock()
    private let started = Latch<Void>()

    /// - Parameter reviewInterval: Time between two reviews; zero reconciles at the start only.
    package init(
        reconciler: WebhookReconciler, missed: MissedDeliveries, authentication: Authentication,
        reviewInterval: Duration, metrics: Metrics, transcript: Transcript, logger: Logger
    ) {
        self.reconciler = reconciler
        self.missed = missed
        self.authentication = authentication
        self.reviewInterval = reviewInterval
        self.metrics = metrics
        self.transcript = transcript
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            do {
                let rejections = reconciler.rejectedSignatures()
                let decisions = reconciler.decisionChanges()
                try await start()
                started.set(())
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await reviewPeriodically() }
                    group.addTask { try await verify(after: rejections) }
                    group.addTask { try await updateSecretAfterRotations() }
                    group.addTask { try await follow(decisions) }
                    try await group.waitForAll()
                }
            } catch {
                // Cancelled: nothing else is thrown.
            }
        }
    }

    // MARK: - Operators' requests

    /// Registers the webhook, also after an operator removed it.
    /// - Returns: The result, as a sentence.
    /// - Throws: `ActionRejected`, `GitHubError`
    package func register() async throws -> String {
        try await inTurn { try await register(until: .now + Self.requestTimeout) }
    }

    /// - Parameter id: The webhook that the operator saw.
    package func remove(_ id: Int) async throws -> String {
        try await inTurn { try await reconciler.remove(id) }
    }

    package func ping() async throws -> String {
        try await inTurn { try await reconciler.ping() }
    }

    private func inTurn(_ request: () async throws -> String) async throws -> String {
        try await started.get()
        return try await turn.withLock(request)
    }

    // MARK: - When

    /// Keeps a removed webhook removed; registers it otherwise, however long GitHub is unavailable.
    private func start() async throws {
        try await authentication.granted()
        try await reconciler.awaitDecisions()
        try await logged(at: .error) {
            try await turn.withLock {
                if try await reconciler.isRemoved {
                    try await reconciler.finishRemoval()
                    logger.info(
                        "Webhook was removed by an operator; not registering it", metadata: [.observe: "done"])
                } else {
                    _ = try await register(until: nil)
                }
            }
        }
    }

    private func reviewPeriodically() async throws {
        guard reviewInterval > .zero else { return }
        while true {
            reconciler.announce(nextReviewAt: Date(timeIntervalSinceNow: reviewInterval.seconds))
            try await Task.sleep(for: reviewInterval)
            try await logged { try await turn.withLock { try await review() } }
        }
    }

    /// The decisions of operators may be read from the target only after the start.
    private func follow(_ decisions: AsyncStream<Void>) async throws {
        for await _ in decisions {
            try await logged {
                try await turn.withLock {
                    guard try await reconciler.isOutOfDate else { return }
                    if try await reconciler.isRemoved {
                        try await reconciler.finishRemoval()
                    } else {
                        try await review()
                    }
                }
            }
        }
    }

    private func verify(after rejections: AsyncStream<Void>) async throws {
        for await _ in rejections {
            try await logged {
                try await turn.withLock {
                    await verifySecret()
                    logger.debug(
                        "Requested a ping from GitHub after deliveries with an invalid signature",
                        metadata: [.observe: "done"])
                }
            }
            try await Task.sleep(for: Self.verificationInterval)
        }
    }

    /// Retries without keeping its turn, so that operators' requests are served between two attempts.
    private func updateSecretAfterRotations() async throws {
        for await _ in reconciler.secretRotations {
            try await logged {
                try await authentication.granted()
                try await Retry(until: nil, logger: logger) {
                    try await turn.withLock { try await reconciler.updateSecret() }
                }
            }
        }
    }

    /// Logs the failure of a step that no operator waits for.
    /// - Throws: `CancellationError` only.
    private func logged(at level: Logger.Level = .warning, _ step: () async throws -> Void) async throws {
        do {
            try await step()
        } catch let error where !(error is CancellationError) {
            logger.log(level: level, "\(error)", metadata: [.observe: "register"])
        }
    }

    // MARK: - Steps

    private func register(until deadline: ContinuousClock.Instant?) async throws -> String {
        guard let outcome = try await reconciler.reconcile(until: deadline) else { return WebhookReconciler.noAddress }
        transcript.webhookRegistered()
        await verifySecret()
        await recoverMissedDeliveries(of: outcome.id, checksHeadAnyway: false)
        return "Webhook \(outcome.id) is registered at \(outcome.url)."
    }

    private func review() async throws {
        if try await reconciler.isRemoved {
            return logger.debug(
                "Webhook was removed by an operator; not reviewing it", metadata: [.observe: "done"])
        }
        guard let outcome = try await reconciler.reconcile(until: .now + Self.requestTimeout) else { return }
        if !outcome.repairs.isEmpty {
            metrics.countHookRepair()
            await verifySecret()
        }
        await recoverMissedDeliveries(of: outcome.id, checksHeadAnyway: true)
        logger.debug(
            outcome.repairs.isEmpty ? "Webhook \(outcome.id) is up to date." : "Webhook \(outcome.id) was repaired.",
            metadata: [.observe: "done"])
    }

    private func verifySecret() async {
        if await reconciler.verifySecret() { metrics.countHookRepair() }
    }

    private func recoverMissedDeliveries(of hook: Int, checksHeadAnyway: Bool) async {
        do {
            try await missed.recover(hook: hook, checksHeadAnyway: checksHeadAnyway)
        } catch let error where !(error is CancellationError) {
            logger.warning("Could not recover missed deliveries; retrying at the next review: \(error)")
        } catch {
            // Cancelled.
        }
    }
}
