import Foundation
import Logging

/// Reviews the queue when something has changed that the rules depend on, and exactly when a rule decides otherwise by itself,
/// as at the opening of a deploy window. A deployment that may start then is signalled by its row.
struct QueueWatch: Sendable {
    private static let retryDelay = Duration.seconds(5)

    let review: QueueReview
    let store: Store
    /// The longest sleep, because the clock may be set.
    let checkInterval: Duration
    let logger: Logger

    /// A failed store does not end the deployment that is running.
    /// - Throws: `CancellationError` only.
    func run() async throws {
        while true {
            // Subscribed before the review, so that no change is lost.
            let signals = store.feed.signals { [review] in review.concerns($0) }
            do {
                let changesAt = try await review.run().changesAt
                let left = changesAt.map { Duration.seconds(max(0, $0.timeIntervalSince(review.now()))) }
                try await wait(atMost: left.map { min($0, checkInterval) }, orUntil: signals)
            } catch let error where !(error is CancellationError) {
                logger.error("The queue could not be reviewed, retrying in \(Self.retryDelay.brief): \(error)")
                try await Task.sleep(for: Self.retryDelay)
            }
        }
    }
}
