import Foundation
package import Logging
import ServiceLifecycle

/// Keeps the webhook at GitHub as we want it: registers it at the start, reviews it now and then and when signatures fail,
/// does what an operator asks for, and looks for what GitHub could not deliver meanwhile.
package struct HookKeeper: Service {
    /// How long one review, or an operator's order, tries to reach GitHub; the next one may have more luck.
    private static let patience = Duration.seconds(30)
    /// A stranger can make signatures fail; more often than this we do not ask GitHub about it.
    private static let proofPause = Duration.seconds(60)

    let registration: HookRegistration
    let address: PublicAddress
    private let authentication: Authentication
    let listening: Latch<Int>
    let secrets: HookSecrets
    private let reviewInterval: Duration
    let missed: MissedDeliveries
    private let feed: ChangeFeed
    let metrics: Metrics
    let status: BranchStatus
    private let transcript: Transcript
    let logger: Logger
    private let orders = Inbox<HookOrder, String>()

    /// - Parameter reviewInterval: Between two reviews; zero reviews only at the start.
    package init(
        registration: HookRegistration, address: PublicAddress, authentication: Authentication, listening: Latch<Int>,
        secrets: HookSecrets, reviewInterval: Duration, missed: MissedDeliveries, feed: ChangeFeed, metrics: Metrics,
        status: BranchStatus, transcript: Transcript, logger: Logger
    ) {
        self.registration = registration
        self.address = address
        self.authentication = authentication
        self.listening = listening
        self.secrets = secrets
        self.reviewInterval = reviewInterval
        self.missed = missed
        self.feed = feed
        self.metrics = metrics
        self.status = status
        self.transcript = transcript
        self.logger = logger
    }

    /// Carries out an order, after those that came before.
    /// - Returns: What was done, as a sentence.
    /// - Throws: `OrderRefused`, `GitHubError`
    package func perform(_ order: HookOrder) async throws -> String {
        try await orders.order(order)
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            do {
                let failures = feed.signals { isFailedSignature($0) }
                try await begin()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        for await item in orders.items {
                            item.settle(await Result { try await carryOut(item.order) })
                        }
                    }
                    group.addTask { try await reviewNowAndThen() }
                    group.addTask { try await prove(at: failures) }
                    group.addTask {
                        for await _ in secrets.rotations { await tell { try await rekey() } }
                    }
                    try await group.waitForAll()
                }
            } catch {
                // Told to stop.
            }
        }
        orders.close()
    }

    /// Listen first, then register: a hook must not lead to a closed port. What an operator removed stays removed.
    private func begin() async throws {
        _ = try await listening.get()
        try await authentication.granted()
        do {
            if try await registration.isRemoved {
                status.updateHook { $0.registration = .removed }
                try await registration.finishRemoval()
                return logger.info(
                    "The webhook was removed by an operator; it is not registered", metadata: [.observe: "done"])
            }
            _ = try await register(until: nil)
        } catch let error where !(error is CancellationError) {
            logger.error("\(error)", metadata: [.observe: "register"])
        }
    }

    private func reviewNowAndThen() async throws {
        guard reviewInterval > .zero else { return }
        while true {
            status.updateHook { $0.nextReviewAt = Date(timeIntervalSinceNow: reviewInterval.seconds) }
            try await Task.sleep(for: reviewInterval)
            await tell { try await orders.order(.review) }
        }
    }

    /// Waits outside of the orders, so that others are carried out between two tries.
    private func rekey() async throws -> String {
        try await authentication.granted()
        return try await Retry(until: nil, logger: logger) { try await orders.order(.rekey) }
    }

    private func prove(at failures: AsyncStream<Void>) async throws {
        for await _ in failures {
            await tell { try await orders.order(.prove) }
            try await Task.sleep(for: Self.proofPause)
        }
    }

    /// An order that nobody waits for: what goes wrong is for the log.
    private func tell(_ order: () async throws -> String) async {
        do {
            let answer = try await order()
            logger.debug("\(answer)", metadata: [.observe: "done"])
        } catch let error where !(error is CancellationError) {
            logger.warning("\(error)", metadata: [.observe: "register"])
        } catch {
            // Told to stop.
        }
    }

    private func isFailedSignature(_ change: EngineChange) -> Bool {
        guard case .rejection(let entry) = change, entry.isWronglySigned, let id = status.hook.id else { return false }
        return entry.hookID == id
    }

    // MARK: - Orders

    private func carryOut(_ order: HookOrder) async throws -> String {
        switch order {
        case .register:
            return try await register(until: .now + Self.patience)
        case .remove(let id):
            let removed = try await registration.remove(id)
            status.updateHook { $0 = HookState(registration: .removed) }
            return removed
        case .ping:
            let (id, desired) = try registered()
            return try await registration.ping(id, at: desired.url)
                ? "GitHub reaches us at \(desired.url)." : "No ping of GitHub came; see the log for what to do."
        case .review:
            return try await review()
        case .rekey:
            guard let (id, desired) = known else { return "There is no webhook to give the new secret." }
            try await registration.rekey(id, desired)
            return "The webhook #\(id) has the secret of the new token."
        case .prove:
            let (id, desired) = try registered()
            await proveSecret(id, desired)
            return "Asked GitHub for a ping, since deliveries came that are not signed with our secret."
        }
    }

    private func register(until deadline: ContinuousClock.Instant?) async throws -> String {
        guard let (outcome, desired) = try await reconcile(until: deadline) else { return Self.nowhere }
        transcript.webhookRegistered()
        await proveSecret(outcome.id, desired)
        await recover(outcome.id, looksAnyway: false)
        return "The webhook #\(outcome.id) is registered at \(desired.url)."
    }

    private func review() async throws -> String {
        if try await registration.isRemoved { return "The webhook was removed by an operator; nothing is reviewed." }
        guard let (outcome, desired) = try await reconcile(until: .now + Self.patience) else {
            return Self.nowhere
        }
        if !outcome.repairs.isEmpty {
            metrics.countHookRepair()
            await proveSecret(outcome.id, desired)
        }
        await recover(outcome.id, looksAnyway: true)
        return outcome.repairs.isEmpty
            ? "The webhook #\(outcome.id) is as it should be." : "The webhook #\(outcome.id) is mended."
    }
}
