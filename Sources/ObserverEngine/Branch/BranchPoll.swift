package import Logging
import ServiceLifecycle

/// Looks at the head of the branch now and then: how we notice a push whose delivery never reached us, and what runs on a
/// new disk. This is also how an observer without a public address works.
package struct BranchPoll: Service {
    /// Below so many requests left, polling makes room for what matters more.
    private static let scarce = 500
    private static let slowdown = 5

    private let head: BranchHead
    private let interval: Duration
    private let rateLimit: RateLimit
    private let store: Store
    private let authentication: Authentication
    private let logger: Logger
    private let silence = Silence()

    /// - Parameter interval: Between two looks; zero never looks.
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
        await cancelWhenGracefulShutdown {
            do {
                // A branch that is no longer held may have a head that waits.
                let signals = store.feed.signals {
                    switch $0 {
                    case .branch, .databaseRecreated: true
                    default: false
                    }
                }
                try await authentication.granted()
                try await look()
                try await repeating(after: { pause }, orOn: signals) { try await look() }
            } catch {
                // Told to stop.
            }
        }
    }

    private var pause: Duration {
        let isScarce = rateLimit.remaining.map { $0 < Self.scarce } ?? false
        return interval * (isScarce ? Self.slowdown : 1)
    }

    /// - Throws: `CancellationError` only: the next look may go better.
    private func look() async throws {
        guard await silence.isOver else { return }
        do {
            try await head.deployIfMissed(.poll)
        } catch let error where !(error is CancellationError) {
            let asked = (error as? any RetryableError)?.retryAfter ?? .zero
            await silence.keep(for: asked)
            logger.warning(
                "Can't compare the head of the branch; next try in \(max(pause, asked).brief): \(error)")
        }
    }
}

/// The time for which GitHub asked not to be asked.
private actor Silence {
    private var end = ContinuousClock.now

    var isOver: Bool { end <= .now }

    func keep(for duration: Duration) {
        end = .now + duration
    }
}
