import Synchronization

/// The apps that should be running: those of the deployment that succeeded last. Without any on this disk, as after its
/// loss, those of the commit that the target reports.
package final class ExpectedApps: Sendable {
    /// The apps of one deployment.
    struct Known: Sendable {
        /// Less than any other without a success.
        let deployment: Int64
        /// nil if the target does not know the apps.
        let inspector: (any TargetInspector)?
    }

    private static let timeout = Duration.seconds(60)
    private static let requestPause = Duration.seconds(60)
    /// How long the target may take to report what it runs, while someone waits for it.
    private static let reportTimeout = Duration.seconds(5)
    private static let pauseAfterFailure = Duration.seconds(10)

    private let target: any DeploymentTarget
    private let trees: CommitTrees
    private let head: @Sendable () async throws -> CommitInfo?
    private let known = Mutex<Known?>(nil)
    /// The deployment that is about to succeed.
    private let upcoming = Mutex<Int64?>(nil)
    private let signal: AsyncStream<Void>.Continuation
    /// Signals each change.
    let changes: AsyncStream<Void>
    private let isKnown = Latch<Void>()
    /// When GitHub may be asked again for the head, while nothing is known.
    private let nextRequest = Mutex<ContinuousClock.Instant?>(nil)

    /// - Parameter head: Asks GitHub for the head of the branch; nil if there is no such branch.
    package init(
        target: any DeploymentTarget, trees: CommitTrees, head: @escaping @Sendable () async throws -> CommitInfo?
    ) {
        self.target = target
        self.trees = trees
        self.head = head
        (changes, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Waits until they are known.
    /// - Throws: `CancellationError`
    func wait() async throws -> (any TargetInspector)? {
        try await isKnown.get()
        return known.withLock(\.self)?.inspector
    }

    /// The source of the changes of these apps; nil while they are not known.
    var eventSource: String? { known.withLock { $0?.inspector?.eventSource } }

    /// Compares the apps with those of a deployment that has just succeeded, from now on. Its ID is lower than that of the one
    /// before if the database was recreated.
    func set(_ apps: Known) {
        upcoming.withLock { $0 = nil }
        known.withLock { $0 = apps }
        announce(apps)
    }

    /// From now on, a late fetch for an older success does not replace the tree of this deployment, whose success is about
    /// to be stored.
    func prepare(for deployment: Int64) {
        upcoming.withLock { $0 = deployment }
    }

    private func announce(_ apps: Known) {
        if apps.inspector != nil { isKnown.set(()) }
        signal.yield()
    }

    /// Whether the target does not know the apps of this deployment.
    func areUnknown(of deployment: Deployment?) -> Bool {
        known.withLock { $0 != nil && $0?.deployment == deployment?.id && $0?.inspector == nil }
    }

    /// The inspector that compares apps with those of the deployment that succeeded last; nil if there is none yet.
    /// - Parameter mayFetch: Whether to fetch the tree of a deployment from before the start.
    func inspector(of last: Deployment?, mayFetch: Bool) async throws -> (any TargetInspector)? {
        let known = known.withLock(\.self)
        guard let last else { return known?.inspector }
        if let known, known.deployment == last.id { return known.inspector }
        // A newer one has succeeded since the caller read the last success.
        guard mayFetch, known.map({ $0.deployment < last.id }) ?? true else { return nil }
        // A newer one may succeed during the fetch. Then its tree stays, and so do its apps.
        let inspector = try await inspect(last) { isNewest(last) }
        let newest = self.known.withLock { known in
            if (known?.deployment ?? last.id) <= last.id { known = Known(deployment: last.id, inspector: inspector) }
            return known
        }
        if let newest { announce(newest) }
        return newest?.inspector
    }

    private func isNewest(_ deployment: Deployment) -> Bool {
        (upcoming.withLock(\.self) ?? deployment.id) <= deployment.id
            && known.withLock { ($0?.deployment ?? deployment.id) <= deployment.id }
    }

    /// The report of the target where no success is known.
    enum Running {
        case nothing
        case commit(any TargetInspector)
        /// It was not asked now.
        case unknown
    }

    func running() async throws -> Running {
        if let known = known.withLock(\.self) { return known.inspector.map(Running.commit) ?? .unknown }
        guard target.reportsApps, mayAskAgain(at: .now), let head = try await head() else { return .unknown }
        let running = try await trees.withTree(of: head, target.selection, within: Self.timeout) { source in
            do {
                return try await runningCommit(by: source, until: .now + Self.reportTimeout)
            } catch {
                // The target did not respond; GitHub did.
                nextRequest.withLock { $0 = .now + Self.pauseAfterFailure }
                throw error
            }
        }
        guard let running else { return .nothing }
        let commit = CommitInfo(running)
        let found = try await trees.withTree(of: commit, target.selection, within: Self.timeout) { source in
            try await target.inspector(for: source)
        }
        // A deployment may have succeeded in the meantime.
        let inspector = known.withLock { known in
            if known == nil { known = Known(deployment: 0, inspector: found) }
            if found != nil { isKnown.set(()) }
            return known?.inspector
        }
        return inspector.map(Running.commit) ?? .unknown
    }

    /// A dashboard reads the apps every few seconds, and GitHub limits requests.
    private func mayAskAgain(at now: ContinuousClock.Instant) -> Bool {
        nextRequest.withLock { next in
            guard next.map({ $0 <= now }) ?? true else { return false }
            next = now + Self.requestPause
            return true
        }
    }

    private func runningCommit(
        by source: DeploymentSource, until deadline: ContinuousClock.Instant
    ) async throws -> CommitID? {
        func plan(_ target: some DeploymentTarget) async throws -> CommitID? {
            try await target.plan(source, until: deadline).running?.commit
        }
        return try await plan(target)
    }

    /// An inspector that compares apps with those of any deployment.
    /// - Parameter isWanted: Evaluated after the fetch.
    func inspect(
        _ deployment: Deployment, if isWanted: () -> Bool = { true }
    ) async throws -> (any TargetInspector)? {
        let commit = deployment.request.commit
        return try await trees.withTree(of: commit, target.selection, within: Self.timeout) {
            source -> (any TargetInspector)? in
            guard isWanted() else { return nil }
            return try await target.inspector(for: source)
        }
    }
}
