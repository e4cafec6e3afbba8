package import Logging
import ServiceLifecycle
import Synchronization

/// Polls the head of the branch: finds pushes whose delivery never arrived, and restores the state after the loss of the
/// disk. An observer without a public address works by polling alone.
package final class BranchPoll: Service {
    /// With fewer requests left, polling slows down in favour of deployments.
    private static let scarce = 500
    private static let slowdown = 5

    private let head: BranchHead
    private let interval: Duration
    private let rateLimit: RateLimit
    private let store: Store
    private let authentication: Authentication
    private let logger: Logger
    /// GitHub asked for no requests before this time.
    private let retryAfter = Mutex<ContinuousClock.Instant?>(nil)

    /// - Parameter interval: Time between two polls; zero never polls.
    package init(
        head: BranchHead, interval: Duration, rateLimit: RateLimit, store: Store, authentication: Authentication,
        logger: Logger
    ) {
        self.head = head
        self.interval = interval
        self.rateLimit = rateLimit
        self.store = store
        self.authentication = authentication
        self.logger = logger
    }

    package func run() async throws {
        guard interval > .zero else { return try await gracefulShutdown() }
        try await cancelWhenGracefulShutdown { [self] in
            // The end of a hold may leave an undeployed head.
            let signals = store.feed.signals {
                switch $0 {
                case .branch, .databaseRecreated: true
                default: false
                }
            }
            try await authentication.granted()
            try await poll()
            try await repeating(after: { self.pause }, orOn: signals) { try await self.poll() }
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
            try await head.deployIfMissed(.poll)
        } catch let error where !(error is CancellationError) {
            let requested = (error as? any RetryableError)?.retryAfter ?? .zero
            retryAfter.withLock { $0 = .now + requested }
            logger.warning("Could not poll the branch head; retrying in \(max(pause, requested).brief): \(error)")
        }
    }
}
