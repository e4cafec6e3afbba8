import Synchronization

/// The last report on the running apps, and whether a client follows it.
package final class AppsStatus: Sendable {
    private struct State {
        var report: AppsReport
        var viewers = 0
    }

    private let branch: WatchedBranch
    private let feed: ChangeFeed
    private let state: Mutex<State>
    private let looks: AsyncStream<Void>.Continuation
    /// Signals each client that starts to follow it.
    let newViewers: AsyncStream<Void>

    /// - Parameter isSupported: Whether the target reports its apps.
    package init(of branch: WatchedBranch, isSupported: Bool = true, feed: ChangeFeed) {
        self.branch = branch
        self.feed = feed
        state = Mutex(State(report: AppsReport(isSupported: isSupported)))
        (newViewers, looks) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    package var report: AppsReport { state.withLock(\.report) }
    var isViewed: Bool { state.withLock { $0.viewers > 0 } }

    /// Keeps the report live while the body runs.
    package func withViewer<Value>(_ body: () async throws -> Value) async rethrows -> Value {
        state.withLock { $0.viewers += 1 }
        looks.yield()
        defer { state.withLock { $0.viewers -= 1 } }
        return try await body()
    }

    func update(_ change: (inout AppsReport) -> Void) {
        state.withLock { state in
            let before = state.report
            change(&state.report)
            var compared = before
            compared.readAt = state.report.readAt
            if let at = state.report.check?.at { compared.check?.at = at }
            // Reading the same again is not a change.
            if compared != state.report { feed.post([.apps(branch, state.report)]) }
        }
    }
}
