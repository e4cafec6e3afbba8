import Synchronization

/// The newest snapshot, which is read and encoded once for all clients that need one at the same time.
final class SharedSnapshot: Sendable {
    /// The state also changes without an event, when rows are pruned.
    private static let ageLimit = Duration.seconds(1)
    /// A client reads the events since the snapshot after it.
    private static let lagLimit = 256

    private let feed: ControlFeed
    private let service: ControlService
    private let apps: AppsService
    private let turn = AsyncLock()
    private let last = Mutex<(frame: ControlFrame, at: ContinuousClock.Instant)?>(nil)

    init(feed: ControlFeed, service: ControlService, apps: AppsService) {
        self.feed = feed
        self.service = service
        self.apps = apps
    }

    /// The whole state as an event, with the number of the last event that it certainly includes.
    func frame() async throws -> ControlFrame {
        try await turn.withLock {
            if let frame = current { return frame }
            // Encoding hundreds of rows takes milliseconds, in which the event loop serves other connections.
            return try await withTaskExecutorPreference(globalConcurrentExecutor) { try await encoded() }
        }
    }

    private func encoded() async throws -> ControlFrame {
        // Before reading, so that no event can be missed.
        let (id, now) = (feed.last, ContinuousClock.now)
        var snapshot = try await service.snapshot()
        snapshot.apps = apps.known
        let frame = ControlFrame(id: id, event: .snapshot(snapshot))
        _ = try frame.bytes
        last.withLock { $0 = (frame, now) }
        return frame
    }

    private var current: ControlFrame? {
        last.withLock { last in
            guard let (frame, at) = last, ContinuousClock.now - at < Self.ageLimit,
                feed.keeps(atMost: Self.lagLimit, after: frame.id)
            else {
                last = nil
                return nil
            }
            return frame
        }
    }
}
