import Logging
import Synchronization

/// Says when it is worth looking at Marathon again: at an event that concerns us, now and then without one, and more often
/// while the event stream is not there.
struct MarathonWakeUps: Sendable {
    private static let eventTypes = [
        "deployment_success", "deployment_failed", "deployment_step_success", "status_update_event",
        "health_status_changed_event", "instance_health_changed_event", "instance_changed_event",
        "app_terminated_event",
    ]
    private static let pollInterval = Duration.seconds(2)
    private static let pollIntervalWithEvents = Duration.seconds(10)

    private let client: MarathonClient
    /// Ids of apps and deployments: an event that names none of them is somebody else's.
    private let topics: Set<String>
    private let logger: Logger
    private let isListening = ListeningFlag()

    init(client: MarathonClient, topics: Set<String>, logger: Logger) {
        self.client = client
        self.topics = topics
        self.logger = logger
    }

    /// Runs the body with a sequence that wakes it up; what is told while it looks is told once afterwards.
    /// - Parameter deadline: It is woken up then, too.
    func until<Value: Sendable>(
        _ deadline: ContinuousClock.Instant, _ body: @escaping @Sendable (AsyncStream<Void>) async throws -> Value
    ) async throws -> Value {
        let (wakeUps, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await body(wakeUps) }
            group.addTask {
                await listen(waking: continuation)
                return nil
            }
            group.addTask {
                continuation.yield()
                while .now < deadline, !Task.isCancelled {
                    let pause = isListening.value ? Self.pollIntervalWithEvents : Self.pollInterval
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

    /// Listens until cancelled; without the stream the clock alone wakes up.
    private func listen(waking continuation: AsyncStream<Void>.Continuation) async {
        var backoff = Backoff(limit: .seconds(15))
        while !Task.isCancelled {
            do {
                let events = try await client.events(of: Self.eventTypes)
                isListening.value = true
                backoff = Backoff(limit: .seconds(15))
                // What happened before the stream was there is not repeated.
                continuation.yield()
                for try await event in events where topics.contains(where: event.data.contains) {
                    continuation.yield()
                }
            } catch {
                if Task.isCancelled { return }
                logger.debug("No event stream of Marathon, asking it now and then: \(error)")
            }
            isListening.value = false
            try? await Task.sleep(for: backoff.delay())
        }
    }
}

/// Whether the event stream is there.
private final class ListeningFlag: Sendable {
    private let flag = Atomic(false)

    var value: Bool {
        get { flag.load(ordering: .relaxed) }
        set { flag.store(newValue, ordering: .relaxed) }
    }
}
