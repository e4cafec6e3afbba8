package import Foundation
import Logging

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

/// Queues each retry when it is due.
struct RetryRelease: Sendable {
    let store: Store
    let branch: WatchedBranch
    /// The longest sleep, because the clock may be set.
    let checkInterval: Duration
    let logger: Logger
    /// The delay after the store has failed.
    var retryDelay = Duration.seconds(5)

    /// A failed store does not end the deployment that is running.
    /// - Throws: `CancellationError` only.
    func run() async throws {
        while true {
            // Subscribed before the queue is read, so that no retry is missed.
            let signals = store.feed.signals(where: \.isRetry)
            do {
                let due = try await releaseDue()
                let left = due.map { Duration.seconds(max(0, $0.timeIntervalSinceNow)) }
                // Another retry may be due earlier.
                try await wait(atMost: left.map { min($0, checkInterval) }, orUntil: signals)
            } catch let error where !(error is CancellationError) {
                logger.error("A retry could not be queued, trying again in \(retryDelay.brief): \(error)")
                try await Task.sleep(for: retryDelay)
            }
        }
    }

    /// - Returns: When the next retry is due.
    private func releaseDue() async throws -> Date? {
        while let due = try await store.retry(of: branch)?.notBefore {
            let now = Date()
            guard due <= now else { return due }
            try await store.releaseRetry(of: branch, dueBy: now)
        }
        return nil
    }
}

extension EngineChange {
    fileprivate var isRetry: Bool {
        if case .deployment(let deployment) = self { deployment.notBefore != nil } else { false }
    }
}
