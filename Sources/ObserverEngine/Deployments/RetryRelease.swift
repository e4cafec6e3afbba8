import Foundation

/// Queues each retry when it is due.
struct RetryRelease: Sendable {
    let store: Store
    let branch: WatchedBranch
    /// The longest sleep, because the clock may be set.
    let checkInterval: Duration
    private let signals: AsyncStream<Void>

    init(store: Store, branch: WatchedBranch, checkInterval: Duration) {
        self.store = store
        self.branch = branch
        self.checkInterval = checkInterval
        signals = store.feed.signals(where: \.isRetry)
    }

    /// - Throws: `CancellationError`, `Store.Failed`
    func run() async throws {
        var signals = signals.makeAsyncIterator()
        repeat {
            while let due = try await store.nextRetry(of: branch) {
                let now = Date()
                // Another retry may be due earlier.
                if due > now { try await Task.sleep(for: min(.seconds(due.timeIntervalSince(now)), checkInterval)) }
                try await store.releaseRetry(of: branch, dueBy: Date())
            }
        } while await signals.next() != nil
    }
}

extension EngineChange {
    fileprivate var isRetry: Bool {
        if case .deployment(let deployment) = self { deployment.notBefore != nil } else { false }
    }
}
