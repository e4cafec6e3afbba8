import Foundation
import Logging

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
