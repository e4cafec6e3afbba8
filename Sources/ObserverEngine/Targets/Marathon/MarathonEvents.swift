import Logging
import Synchronization

/// Reports when to read the apps again: at an event about certain apps or deployments, and at intervals, which are
/// shorter while the event stream is not available.
final class MarathonEvents: Sendable {
    static let eventTypes = [
        "deployment_success", "deployment_failed", "deployment_step_success", "status_update_event",
        "health_status_changed_event", "instance_health_changed_event", "instance_changed_event",
        "app_terminated_event",
    ]
    /// Events after which the wait may be over.
    private static let lastEventTypes: Set = ["deployment_success", "deployment_failed"]
    private static let pollInterval = Duration.seconds(2)
    private static let pollIntervalWithEvents = Duration.seconds(10)

    private struct State {
        var isListening = false
        /// Whether an event waits for the end of the interval.
        var hasNews = false
    }

    private let client: MarathonClient
    /// Ids of apps and deployments; an event that contains none of them is passed over.
    private let topics: Set<String>
    private let readsMany: Bool
    private let logger: Logger
    private let state = Mutex(State())

    /// - Parameter readsMany: Whether there are many apps, each of which causes several events. They are read at most every
    ///   two seconds until a deployment ends.
    init(client: MarathonClient, topics: Set<String>, readsMany: Bool, logger: Logger) {
        self.client = client
        self.topics = topics
        self.readsMany = readsMany
        self.logger = logger
    }

    /// Runs the body with a sequence of wake-ups; those that occur while the body is busy are merged into one.
    /// - Parameter deadline: The time of the last wake-up.
    func until<Value: Sendable>(
        _ deadline: ContinuousClock.Instant, _ body: @escaping @Sendable (AsyncStream<Void>) async throws -> Value
    ) async throws -> Value {
        let (wakeUps, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await body(wakeUps) }
            group.addTask {
                await self.listen(waking: continuation)
                return nil
            }
            group.addTask {
                // The first reading is at the connection to the event stream.
                var waited = Duration.zero
                while .now < deadline, !Task.isCancelled {
                    try await Task.sleep(until: min(.now + Self.pollInterval, deadline))
                    waited += Self.pollInterval
                    guard self.isDue(after: waited) || .now >= deadline else { continue }
                    waited = .zero
                    continuation.yield()
                }
                return nil
            }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw CancellationError()
        }
    }

    private func isDue(after waited: Duration) -> Bool {
        state.withLock { state in
            defer { state.hasNews = false }
            return !state.isListening || state.hasNews || waited >= Self.pollIntervalWithEvents
        }
    }

    /// Listens until cancelled, and connects again when the stream ends.
    private func listen(waking continuation: AsyncStream<Void>.Continuation) async {
        var backoff = Backoff(limit: .seconds(15))
        while !Task.isCancelled {
            do {
                let events = try await client.events(of: Self.eventTypes)
                state.withLock { $0.isListening = true }
                backoff = Backoff(limit: .seconds(15))
                // Events from before the connection are not repeated.
                continuation.yield()
                for try await event in events where event.mentions(topics) {
                    if readsMany, !Self.lastEventTypes.contains(event.type) {
                        state.withLock { $0.hasNews = true }
                    } else {
                        continuation.yield()
                    }
                }
            } catch {
                if Task.isCancelled { return }
                logger.debug("Marathon event stream unavailable; falling back to polling: \(error)")
            }
            state.withLock { $0.isListening = false }
            // Marathon may be away, which the next request shows.
            continuation.yield()
            try? await Task.sleep(for: backoff.delay())
        }
    }
}

extension ServerSentEvent {
    /// Whether a string in its JSON is one of these. One pass for all of them: an event may contain all apps of a cluster.
    fileprivate func mentions(_ topics: Set<String>) -> Bool {
        data.utf8.split(separator: UInt8(ascii: "\"")).contains { topics.contains(String(Substring($0))) }
    }
}
