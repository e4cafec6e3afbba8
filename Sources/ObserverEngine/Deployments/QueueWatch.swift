import Foundation

/// Reviews the queue when something has changed that the rules depend on, and exactly when a rule decides otherwise by itself,
/// for example at the opening of a deploy window. A deployment that may start then is signalled by its row.
struct QueueWatch: Sendable {
    let review: QueueReview
    let alarm: QueueAlarm

    /// - Throws: `CancellationError` only.
    func run() async throws {
        try await alarm.run(
            when: { [review] in review.concerns($0) }, failure: "The queue could not be reviewed, retrying"
        ) {
            try await review.run().changesAt.map { .seconds($0.timeIntervalSince(review.now())) }
        }
    }
}
