package import Foundation

/// When a deployment is retried that failed because of something outside its commit.
package struct RetryPlan: Equatable, Sendable {
    /// The number of retries after the first attempt.
    package static let limit = 5
    private static let longestDelay = Duration.seconds(15 * 60)

    /// Counts from 1.
    package let retry: Int
    package let delay: Duration

    /// nil if it was tried often enough.
    /// - Parameters:
    ///   - attempt: The attempt that failed, counting from 1.
    ///   - first: The delay before the first retry; each further one is twice as long.
    package init?(after attempt: Int, first: Duration) {
        guard attempt <= Self.limit else { return nil }
        retry = attempt
        delay = min(first * (1 << (attempt - 1)), Self.longestDelay)
    }

    package func due(at now: Date) -> Date { now.addingTimeInterval(delay.seconds) }

    /// `Retry 1 of 5 in 30 s.`
    package var sentence: String { "Retry \(retry) of \(Self.limit) in \(delay.brief)." }
}
