package import Logging
import ServiceLifecycle
import Synchronization

/// Polls the head of the branch: finds pushes whose delivery never arrived, and restores the state after the loss of the
/// disk. An observer without a public address works by polling alone. Without polling it still identifies the repository
/// and shows why its head is not deployed.
package final class BranchPoll: Service {
    /// With fewer requests left, polling slows down in favour of deployments.
    private static let scarce = 500
    /// Between two readings of why the head is not deployed.
    private static let readingPause = Duration.milliseconds(100)
    private static let slowdown = 5

    private let head: HeadReconciler
    private let identity: RepositoryIdentity
    private let interval: Duration
    private let rateLimit: RateLimit
    private let store: Store
    private let authentication: Authentication
    private let logger: Logger
    /// GitHub asked for no requests before this time.
    private let retryAfter = Mutex<ContinuousClock.Instant?>(nil)
    /// Whether the last poll failed, so that a problem is logged once.
    private let isFailing = Mutex(false)

    /// - Parameter interval: Time between two polls; zero never polls.
    package init(
        head: HeadReconciler, identity: RepositoryIdentity, interval: Duration, rateLimit: RateLimit, store: Store,
        authentication: Authentication, logger: Logger
    ) {
        self.head = head
        self.identity = identity
        self.interval = interval
        self.rateLimit = rateLimit
        self.store = store
        self.authentication = authentication
        self.logger = logger
    }

    package func run() async throws {
        try await cancelWhenGracefulShutdown { [self] in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await self.showBlocks() }
                group.addTask { try await self.pollPeriodically() }
                try await group.waitForAll()
            }
        }
    }

    private func showBlocks() async throws {
        let changes = store.feed.signals {
            switch $0 {
            // The end of a started one is logged first.
            case .deployment(let deployment):
                deployment.stage == .queued || deployment.stage.isFinal && deployment.startedAt == nil
            case .delivery(let delivery): delivery.skip != nil
            case .announced, .branch, .databaseRecreated: true
            default: false
            }
        }
        try await logged("Could not determine why the head is not deployed") { try await head.showBlock() }
        for await _ in changes {
            try await logged("Could not determine why the head is not deployed") { try await head.showBlock() }
            // A burst of pushes is read once.
            try await Task.sleep(for: Self.readingPause)
        }
    }

    private func pollPeriodically() async throws {
        // The end of a hold may leave an undeployed head.
        let signals = store.feed.signals {
            switch $0 {
            case .branch, .databaseRecreated: true
            default: false
            }
        }
        try await authentication.granted()
        try await logged("Could not identify the repository; retrying before the next deployment") {
            try await identity.verify()
        }
        guard interval > .zero else { return }
        try await poll()
        try await repeating(after: { self.pause }, orOn: signals) { try await self.poll() }
    }

    /// - Throws: `CancellationError` only.
    private func logged(_ failure: String, _ step: () async throws -> Void) async throws {
        do {
            try await step()
        } catch is RepositoryIdentity.Replaced {
            // Logged where it was found.
        } catch let error where !(error is CancellationError) {
            logger.warning("\(failure): \(error)")
        }
    }

    private var pause: Duration {
        let isScarce = rateLimit.remaining.map { $0 < Self.scarce } ?? false
        return interval * (isScarce ? Self.slowdown : 1)
    }

    /// - Throws: `CancellationError` only.
    private func poll() async throws {
        guard retryAfter.withLock({ $0.map { $0 <= .now } ?? true }) else { return }
        do {
            try await head.reconcile(.poll)
            if wasFailing(now: false) { logger.info("The branch head can be polled again") }
        } catch let error where !(error is CancellationError) {
            let requested = (error as? any RetryableError)?.retryAfter ?? .zero
            retryAfter.withLock { $0 = .now + requested }
            let level: Logger.Level = wasFailing(now: true) ? .debug : .warning
            logger.log(
                level: level,
                "Could not poll the branch head; retrying every \(max(pause, requested).brief): \(error)")
        }
    }

    private func wasFailing(now isFailing: Bool) -> Bool {
        self.isFailing.withLock { known in
            defer { known = isFailing }
            return known
        }
    }
}
