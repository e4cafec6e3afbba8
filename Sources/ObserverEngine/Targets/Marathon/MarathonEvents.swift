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
    private static let pollInterval = Duration.seconds(2)
    private static let pollIntervalWithEvents = Duration.seconds(10)

    private let client: MarathonClient
    /// Ids of apps and deployments; an event that contains none of them is passed over.
    private let topics: Set<String>
    private let logger: Logger
    private let isListening = Mutex(false)

    init(client: MarathonClient, topics: Set<String>, logger: Logger) {
        self.client = client
        self.topics = topics
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
                continuation.yield()
                while .now < deadline, !Task.isCancelled {
                    let pause = self.isListening.withLock(\.self) ? Self.pollIntervalWithEvents : Self.pollInterval
                    try await Task.sleep(until: min(.now + pause, deadline))
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

    /// Listens until cancelled, and connects again when the stream ends.
    private func listen(waking continuation: AsyncStream<Void>.Continuation) async {
        var backoff = Backoff(limit: .seconds(15))
        while !Task.isCancelled {
            do {
                let events = try await client.events(of: Self.eventTypes)
                isListening.withLock { $0 = true }
                backoff = Backoff(limit: .seconds(15))
                // Events from before the connection are not repeated.
                continuation.yield()
                for try await event in events where topics.contains(where: event.data.contains) {
                    continuation.yield()
                }
            } catch {
                if Task.isCancelled { return }
                logger.debug("Marathon event stream unavailable; falling back to polling: \(error)")
            }
            isListening.withLock { $0 = false }
            // Marathon may be away, which the next request shows.
            continuation.yield()
            try? await Task.sleep(for: backoff.delay())
        }
    }
}
