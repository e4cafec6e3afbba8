import Foundation
package import Logging
import ServiceLifecycle

/// Decides when the webhook is reconciled and verified: at startup, at each review, at an operator's request, after pushes
/// that polling found and after the secret has changed. One of these runs at a time.
package struct WebhookService: Service {
    /// How long a review tries to reach GitHub.
    private static let reviewTimeout = Duration.seconds(30)
    /// How long an operator's request tries to reach GitHub.
    private static let requestTimeout = Duration.seconds(10)
    /// How long an operator waits at most. Every client waits longer, so that nothing is done after it has given up.
    private static let answerTimeout = Duration.seconds(45)
    /// The operators' requests that may wait for another one.
    private static let waitingLimit = 4
    /// How late the delivery of a push may be that polling found.
    private static let lateness = Duration.seconds(5)
    /// Between two reviews because of such pushes.
    private static let reviewPause = Duration.seconds(60)
    private static let storeRetryDelay = Duration.seconds(5)
    /// Until the first review after one that failed.
    private static let firstReviewRetry = Duration.seconds(30)
    /// The longest pause between two attempts of a removal.
    private static let longestRemovalRetry = Duration.seconds(600)

    private let reconciler: WebhookReconciler
    private let missed: MissedDeliveries
    private let authentication: Authentication
    private let reviewInterval: Duration
    private let metrics: Metrics
    private let transcript: Transcript
    private let logger: Logger
    private let turn = AsyncLock()
    private let started = Latch<Void>()
    /// Signals that GitHub has lost the webhook, or that another repository was accepted.
    private let urgentReviews = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    /// Signals that GitHub did not confirm a removal.
    private let unfinishedRemovals = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    private let registrations = AsyncStream.makeStream(of: Int.self, bufferingPolicy: .bufferingNewest(1))

    /// - Parameter reviewInterval: Time between two reviews; zero reconciles at startup only.
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
        try await cancelWhenGracefulShutdown {
            let found = reconciler.pushesFoundByPolling()
            let decisions = reconciler.decisionChanges()
            try await start()
            started.set(())
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await reviewPeriodically() }
                group.addTask { try await review(after: found) }
                group.addTask { try await updateSecretAfterRotations() }
                group.addTask { try await verifyAfterRegistrations() }
                group.addTask { try await follow(decisions) }
                group.addTask { try await reviewWhenUrgent() }
                group.addTask { try await retryRemovals() }
                try await group.waitForAll()
            }
        }
    }

    // MARK: - Operators' requests

    /// Registers the webhook, also after an operator removed it. A ping verifies it afterwards.
    /// - Returns: The result, as a sentence.
    /// - Throws: `ActionRejected`, `GitHubError`
    package func register() async throws -> String {
        try await inTurn {
            let limit = ContinuousClock.now + Self.requestTimeout
            guard let outcome = try await reconcileAndAnnounce(until: limit, isRequested: true) else {
                throw ActionRejected.impossible(WebhookReconciler.noAddress)
            }
            return "Webhook \(outcome.id) is registered at \(outcome.url)."
        }
    }

    /// - Parameter id: The webhook that the operator saw.
    package func remove(_ id: Int) async throws -> String {
        try await inTurn { try await reconciler.remove(id) }
    }

    package func ping() async throws -> String {
        try await inTurn {
            do {
                return try await reconciler.ping()
            } catch let error as GitHubError where error.reason == .notFound {
                urgentReviews.continuation.yield()
                let name = reconciler.registeredHook.map { "Webhook \($0.id)" } ?? "The webhook"
                throw ActionRejected.conflict("\(name) is gone from GitHub; it is being registered again.")
            }
        }
    }

    /// Reviews the webhook soon: its repository is another one now.
    package func noteAcceptedRepository() {
        urgentReviews.continuation.yield()
    }

    /// Carries out a request while its caller waits, and not later.
    private func inTurn(_ request: @escaping @Sendable () async throws -> String) async throws -> String {
        guard started.isSet else { throw ActionRejected.conflict(reconciler.notReady) }
        let hasTurn = Latch<Void>()
        do {
            return try await withTimeout(Self.answerTimeout) {
                try await turn.withLock(waiting: Self.waitingLimit) {
                    hasTurn.set(())
                    return try await request()
                }
            }
        } catch is AsyncLock.Busy {
            throw ActionRejected.conflict(
                "Busy: \(Self.waitingLimit) other webhook requests are waiting. Try again later.")
        } catch is TimedOut where !hasTurn.isSet {
            throw ActionRejected.conflict(reconciler.busy)
        } catch is TimedOut {
            throw ActionRejected.conflict(
                "GitHub did not respond within \(Self.answerTimeout.brief); the request was cancelled. Try again later."
            )
        }
    }

    // MARK: - When

    /// Keeps a removed webhook removed; registers it otherwise, however long GitHub is unavailable.
    private func start() async throws {
        try await authentication.granted()
        try await reconciler.awaitDecisions()
        while true {
            do {
                return try await turn.withLock { try await restore() }
            } catch let error as Store.Failed {
                logger.error("\(error)", metadata: [.observe: "register", .retryIn: "\(Self.storeRetryDelay.brief)"])
                try await Task.sleep(for: Self.storeRetryDelay)
            } catch let error where !(error is CancellationError) {
                return logger.error("\(error)", metadata: [.observe: "register"])
            }
        }
    }

    private func restore() async throws {
        guard try await !reconciler.isRemoved else {
            try await finishRemoval()
            return logger.info("Webhook was removed by an operator; not registering it", metadata: [.observe: "done"])
        }
        _ = try await reconcileAndAnnounce(until: nil)
    }

    private func reviewPeriodically() async throws {
        guard reviewInterval > .zero else { return }
        var hasFailed = reconciler.hasFailed
        var retries = retriesOfReviews
        while true {
            if !hasFailed { retries = retriesOfReviews }
            let pause = hasFailed ? retries.delay() : reviewInterval
            reconciler.announce(nextReviewAt: Date(timeIntervalSinceNow: pause.seconds))
            try await Task.sleep(for: pause)
            hasFailed = try await !logged { try await turn.withLock { try await review() } }
        }
    }

    private func reviewWhenUrgent() async throws {
        for await _ in urgentReviews.stream { try await logged { try await turn.withLock { try await review() } } }
    }

    /// A removal that GitHub did not confirm is retried until it does, also without reviews.
    private func retryRemovals() async throws {
        for await _ in unfinishedRemovals.stream {
            var retries = Backoff(first: Self.storeRetryDelay, limit: Self.longestRemovalRetry)
            var isFinished = false
            while !isFinished {
                try await Task.sleep(for: retries.delay())
                isFinished = try await logged {
                    try await turn.withLock {
                        guard try await reconciler.isRemoved, try await reconciler.isOutOfDate else { return }
                        try await finishRemoval()
                    }
                }
            }
        }
    }

    /// A review that failed is repeated before the next one is due.
    private var retriesOfReviews: Backoff {
        Backoff(first: min(Self.firstReviewRetry, reviewInterval), limit: reviewInterval)
    }

    /// The decisions of operators may be read from the target only after the start.
    private func follow(_ decisions: AsyncStream<Void>) async throws {
        for await _ in decisions {
            try await logged {
                try await turn.withLock {
                    guard try await reconciler.isOutOfDate else { return }
                    try await review()
                }
            }
        }
    }

    /// A push that polling found may show that deliveries fail. GitHub's log shows why; nothing that others send counts.
    private func review(after found: AsyncStream<Void>) async throws {
        for await _ in found {
            try await Task.sleep(for: Self.lateness)
            try await logged { try await turn.withLock { try await review() } }
            try await Task.sleep(for: Self.reviewPause)
        }
    }

    private func verifyAfterRegistrations() async throws {
        for await hook in registrations.stream {
            try await logged {
                try await turn.withLock {
                    await verifySecret()
                    await recoverMissedDeliveries(of: hook, checksHeadAnyway: false)
                }
            }
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
    /// - Returns: Whether it succeeded.
    /// - Throws: `CancellationError` only.
    @discardableResult
    private func logged(_ step: () async throws -> Void) async throws -> Bool {
        do {
            try await step()
            return true
        } catch let error where !(error is CancellationError) {
            logger.warning("\(error)", metadata: [.observe: "register"])
            return false
        }
    }

    // MARK: - Steps

    private func reconcileAndAnnounce(
        until deadline: ContinuousClock.Instant?, isRequested: Bool = false
    ) async throws -> WebhookReconciler.Outcome? {
        let outcome = try await reconciler.reconcile(until: deadline, isRequested: isRequested)
        guard let outcome else { return nil }
        transcript.webhookRegistered()
        // A ping takes a while, and operators may have requests meanwhile.
        registrations.continuation.yield(outcome.id)
        return outcome
    }

    private func review() async throws {
        if try await reconciler.isRemoved {
            guard try await !reconciler.isOutOfDate else { return try await finishRemoval() }
            return logger.debug(
                "Webhook was removed by an operator; not reviewing it", metadata: [.observe: "done"])
        }
        guard let outcome = try await reconciler.reconcile(until: .now + Self.reviewTimeout) else { return }
        if !outcome.repairs.isEmpty { metrics.countHookRepair() }
        if !outcome.repairs.isEmpty || outcome.wasRefused { await verifySecret() }
        await recoverMissedDeliveries(of: outcome.id, checksHeadAnyway: true)
        logger.debug(
            outcome.repairs.isEmpty ? "Webhook \(outcome.id) is up to date." : "Webhook \(outcome.id) was repaired.",
            metadata: [.observe: "done"])
    }

    private func finishRemoval() async throws {
        do {
            try await reconciler.finishRemoval()
        } catch {
            unfinishedRemovals.continuation.yield()
            throw error
        }
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

/// An operator's action that was not carried out, with the reason as a sentence.
package struct ActionRejected: Error, CustomStringConvertible {
    /// Whether the same request may succeed later: the state has changed since the operator looked, or the observer is busy.
    package let isConflict: Bool
    package let description: String

    package static func conflict(_ sentence: String) -> ActionRejected {
        ActionRejected(isConflict: true, description: sentence)
    }

    package static func impossible(_ sentence: String) -> ActionRejected {
        ActionRejected(isConflict: false, description: sentence)
    }
}
