import Foundation

/// Whether and when the commit of a failed deployment is deployed again.
package enum RetryPlan: Equatable, Sendable {
    /// The cause lies outside the commit. The retries are counted from 1.
    case retry(_ number: Int, after: Duration)
    /// It waits until the branch moves or an operator deploys it.
    /// - Parameter hasRetried: Whether each retry has failed, too.
    case block(hasRetried: Bool)

    /// The number of retries after the first attempt.
    package static let limit = 5
    private static let longestDelay = Duration.seconds(15 * 60)

    /// - Parameters:
    ///   - failure: What ended the deployment.
    ///   - attempt: The attempt that failed, counting from 1.
    ///   - first: The delay before the first retry; each further one is twice as long.
    package init(after failure: any Error, attempt: Int, first: Duration) {
        let isExternal = (failure as? any DeploymentFailure)?.isExternal == true
        if isExternal, attempt <= Self.limit {
            self = .retry(attempt, after: min(first * (1 << (attempt - 1)), Self.longestDelay))
        } else {
            self = .block(hasRetried: isExternal)
        }
    }

    /// For the log of a deployment with this trigger.
    package func sentence(for trigger: Deployment.Trigger) -> String {
        switch self {
        case .retry(let number, let delay): "Retry \(number) of \(Self.limit) in \(delay.brief)."
        case .block(let hasRetried):
            (hasRetried ? "All \(Self.limit) retries failed. " : "") + Self.remedy(for: trigger)
        }
    }

    /// A deployment of the head would return to the version that a rollback leaves.
    private static func remedy(for trigger: Deployment.Trigger) -> String {
        trigger == .rollback
            ? "Not retried. Run 'observer rollback' to try again, or give it the ID of another deployment."
            : "Not retried until the branch moves. Push a fix, or run 'observer deploy' to try again."
    }
}

/// Queues each retry when it is due.
struct RetryRelease: Sendable {
    let store: Store
    let branch: WatchedBranch
    let alarm: QueueAlarm

    /// - Throws: `CancellationError` only.
    func run() async throws {
        try await alarm.run(when: \.isRetry, failure: "A retry could not be queued, trying again") {
            try await releaseDue().map { .seconds($0.timeIntervalSinceNow) }
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
