import Logging

/// Repeats a step on the queue at every change that concerns it, and at the time that it names. A step that fails, as on a full
/// disk, does not end the deployment that is running: it is repeated.
struct QueueAlarm: Sendable {
    let feed: ChangeFeed
    /// The longest sleep, because the clock may be set.
    let checkInterval: Duration
    let logger: Logger
    /// The pause after a step that failed.
    var retryDelay = Duration.seconds(5)

    /// - Parameters:
    ///   - concerns: Whether the step must be repeated because of a change.
    ///   - failure: The log line about a step that failed, up to the delay.
    ///   - step: Returns when it must be repeated; nil waits for a change only.
    /// - Throws: `CancellationError` only.
    func run(
        when concerns: @escaping @Sendable (EngineChange) -> Bool, failure: String, _ step: () async throws -> Duration?
    ) async throws {
        while true {
            // Subscribed before the step, so that no change is lost.
            let signals = feed.signals(where: concerns)
            do {
                let left = try await step()
                try await wait(atMost: left.map { min(max($0, .zero), checkInterval) }, orUntil: signals)
            } catch let error where !(error is CancellationError) {
                logger.error("\(failure) in \(retryDelay.brief): \(error)")
                try await Task.sleep(for: retryDelay)
            }
        }
    }
}
