package import Logging
import ServiceLifecycle
import Synchronization

/// Makes the decisions of operators outlive the disk: stores them at the target, and brings them back when the disk is new.
/// The newer one of each decision wins.
///
/// A deploy command has nowhere to store them. There, and in addition everywhere else, the commits that an operator rolled
/// back from have a failure as their commit status on GitHub, from the moment at which the rollback changes the target.
package final class DecisionKeeper: Service {
    private struct State {
        /// The decisions at the target; nil before they were read.
        var stored: Decisions?
        /// The decisions that the disk had last. They outlive a database that was recreated at run time.
        var latest: Decisions
        /// The hold whose deployment has changed nothing yet: the commits that it leaves may still run.
        var unstarted: Hold?
        var hasWarned = false
    }

    /// How long an operator's action waits for its decision to be stored at the target.
    private static let savingTimeout = Duration.seconds(10)
    /// Between attempts of something that the target rejects.
    private static let pauseAfterRejection = Duration.seconds(300)

    let branch: WatchedBranch
    private let store: Store
    private let status: BranchStatus
    private let place: (any DecisionStore)?
    let statuses: CommitStatusReporter
    private let logger: Logger
    private let state: Mutex<State>
    private let turn = AsyncLock()

    /// - Parameter place: nil with a deploy command.
    package init(
        branch: WatchedBranch, store: Store, status: BranchStatus, place: (any DecisionStore)?,
        statuses: CommitStatusReporter, logger: Logger
    ) {
        self.branch = branch
        self.store = store
        self.status = status
        self.place = place
        self.statuses = statuses
        self.logger = logger
        state = Mutex(State(latest: Decisions()))
        status.update { $0.decisions = .pending }
        store.feed.listenToBranches { [weak self] changed, branchState in
            guard let self, changed == nil || changed == self.branch else { return }
            if changed == nil { loseDisk() } else { note(branchState.decisions) }
        }
    }

    package func run() async throws {
        try await cancelWhenGracefulShutdown { [self] in
            let signals = store.feed.signals { [branch] change in
                switch change {
                case .branch(branch, _), .databaseRecreated: true
                default: false
                }
            }
            do {
                try await noteDisk()
                try await settle()
                for await _ in signals { try await settle() }
            } catch is CancellationError {
                // Cancelled.
            }
        }
    }

    // MARK: - Before a deployment

    /// Whether the decisions that are stored at the target were read.
    var isKnown: Bool { status.engine.decisions.isKnown }

    /// Waits until the target was asked for them once, with or without an answer.
    /// - Throws: `CancellationError`
    func asked() async throws {
        try await status.wait { $0.decisions != .pending }
    }

    /// Reads the decisions at the target, unless they are known.
    /// - Throws: What the target and the store throw.
    func recalled() async throws -> BranchState {
        try await turn.withLock {
            if !isKnown {
                try await reconcile()
                // The service tries it again.
                try? await save()
            }
            return try await store.branchState(of: branch)
        }
    }

    /// Whether the branch was already on hold when the disk was lost. A push that was queued before that was known does not
    /// end such a hold.
    func hasRestoredHold() async throws -> Bool {
        let state = try await store.branchState(of: branch)
        return state.heldCommit != nil && state.holdDeployment == nil
    }

    /// Stores the newest decision at the target.
    /// - Returns: Whether it is, or need not be.
    package func isSaved() async -> Bool {
        guard place != nil else { return true }
        guard status.engine.decisions != .unavailable else { return false }
        do {
            // The service may be waiting before its next attempt.
            try await withTimeout(Self.savingTimeout) { [self] in try await synchronize() }
            return status.engine.decisions == .saved
        } catch {
            return false
        }
    }

    // MARK: - Commit statuses

    /// The head of the branch is among the newest; the others can't be deployed by polling.
    private static let reported = 3
    /// How long a rollback waits for these statuses where they are the only record that outlives the disk.
    private static let reportingTimeout = Duration.seconds(10)

    /// Shows on the commits that an operator left that they are rolled back, if this deployment, which is about to change the
    /// target, replaces them.
    func announceRollback(by request: DeploymentRequest) async {
        guard request.isStatusOfCommit, let hold = startHold(at: request.commit.id) else { return }
        var reports: [Latch<Void>?] = []
        for commit in hold.leaving.prefix(Self.reported) {
            let wasDeployed = (try? await store.wasDeployed(commit, on: branch)) ?? true
            reports.append(report(hold, on: commit, wasDeployed: wasDeployed))
        }
        guard place == nil else { return }
        let queued = reports.compactMap(\.self)
        try? await withTimeout(Self.reportingTimeout) { for report in queued { try await report.get() } }
    }

    /// - Returns: The hold, if it is at this commit.
    private func startHold(at commit: CommitID) -> Hold? {
        state.withLock { state in
            guard let hold = state.latest.hold.value, hold.commit == commit else { return nil }
            state.unstarted = nil
            return hold
        }
    }

    /// Shows the rollback on a commit that was left, after a deployment of it has ended and reported its own status.
    func reportRollback(after ended: Deployment) {
        let started = state.withLock { $0.unstarted == nil ? $0.latest.hold.value : nil }
        guard let hold = started, hold.leaving.prefix(Self.reported).contains(ended.commit) else { return }
        report(hold, on: ended.commit)
    }

    @discardableResult
    private func report(_ hold: Hold, on commit: CommitID, wasDeployed: Bool = true) -> Latch<Void>? {
        let author = hold.by.map { " by \($0)" } ?? ""
        let sentence =
            hold.cause == .deploy
            ? "held back: \(hold.commit.short) was deployed\(author)"
            : (wasDeployed ? "" : "held back: the branch was ") + "rolled back to \(hold.commit.short)"
                + (hold.reason.map { ": \($0.headline)" } ?? "")
        return statuses.report(.failure, sentence, on: commit)
    }

    // MARK: - Changes

    private func note(_ decisions: Decisions) {
        state.withLock { state in
            // A new disk does not have the decisions yet that are known here.
            let latest = isKnown ? decisions : state.latest.merged(with: decisions)
            // One that was read from the target is known already, and counts as started.
            if latest.hold != state.latest.hold { state.unstarted = latest.hold.value }
            if place != nil, isKnown, let stored = state.stored, decisions.worthStoring(over: stored) != stored {
                show(.unsaved)
            }
            state.latest = latest
        }
    }

    /// Decisions from before the start are not announced again.
    private func noteDisk() async throws {
        do {
            let known = try await store.branchState(of: branch)
            let isUnstarted = try await store.isHoldUnstarted(known, on: branch)
            state.withLock { state in
                state.latest = state.latest.merged(with: known.decisions)
                guard isUnstarted, state.latest.hold == known.decisions.hold else { return }
                state.unstarted = known.decisions.hold.value
            }
        } catch let error where !(error is CancellationError) {
            logger.warning("Could not read operator decisions: \(error)")
        }
    }

    /// The database is empty now: nothing may be decided before the decisions are back.
    private func loseDisk() {
        show(.pending)
    }

    private func show(_ place: EngineState.DecisionState) {
        guard status.engine.decisions != place else { return }
        status.update { $0.decisions = place }
    }

    /// Reads and writes until the disk and the target have the same decisions.
    /// - Throws: `CancellationError`
    private func settle() async throws {
        var backoff = Backoff(limit: .seconds(30))
        while true {
            do {
                return try await synchronize()
            } catch let error where !(error is CancellationError) {
                if !isKnown { show(.unavailable) }
                try await Task.sleep(for: pause(after: error, &backoff))
            }
        }
    }

    private func synchronize() async throws {
        try await turn.withLock {
            if !isKnown { try await reconcile() }
            try await save()
        }
    }

    private func pause(after error: any Error, _ backoff: inout Backoff) -> Duration {
        let isTransient = (error as? any RetryableError)?.isTransient ?? true
        let isFirst = state.withLock { state in
            defer { state.hasWarned = true }
            return !state.hasWarned
        }
        if isFirst {
            let fate =
                isKnown
                ? "The latest operator decision is stored on this disk only."
                : "Nothing is deployed until operator decisions have been read."
            logger.warning("\(fate) \(error) Retrying.")
        }
        return isTransient ? backoff.delay() : Self.pauseAfterRejection
    }

    /// Merges what the disk, this process and the target know.
    private func reconcile() async throws {
        let remembered = try await place?.recall(branch)
        let latest = state.withLock(\.latest)
        let before = try await store.branchState(of: branch).decisions
        let merged = before.merged(with: latest).merged(with: remembered ?? Decisions())
        state.withLock { state in
            state.stored = remembered ?? Decisions()
            // An operator may have decided meanwhile.
            state.latest = state.latest.merged(with: merged)
        }
        if merged != before {
            let adopted = try await store.recall(merged, of: branch)
            for sentence in adopted.restored(over: before) { logger.info("\(sentence)") }
        }
        state.withLock { $0.hasWarned = false }
        show(place == nil ? .local : .unsaved)
    }

    private func save() async throws {
        guard let place else { return }
        let (stored, wanted) = state.withLock { state in
            let stored = state.stored ?? Decisions()
            return (stored, state.latest.worthStoring(over: stored))
        }
        if stored != wanted {
            try await place.save(wanted, of: branch)
            state.withLock { state in
                state.stored = wanted
                state.hasWarned = false
            }
        }
        // A change in between has signalled.
        state.withLock { state in
            if let stored = state.stored, state.latest.worthStoring(over: stored) == stored { show(.saved) }
        }
    }
}

extension Decisions {
    /// The decisions that hold now and did not before, as sentences. One that changes nothing is not worth a line.
    fileprivate func restored(over before: Decisions) -> [String] {
        var sentences: [String] = []
        if pause.value != before.pause.value {
            sentences.append(
                "Restored operator decision: deployments are \(pause.value == nil ? "not paused" : "paused").")
        }
        if hold.value != before.hold.value {
            let place = hold.value.map { "on hold at \($0.commit.short)" } ?? "not on hold"
            sentences.append("Restored operator decision: the branch is \(place).")
        }
        if hookRemoval.value != before.hookRemoval.value {
            sentences.append(
                "Restored operator decision: the webhook is \(hookRemoval.value ? "removed" : "registered").")
        }
        if let id = repository.value, id != before.repository.value {
            sentences.append("Restored the GitHub ID of the watched repository: \(id).")
        }
        return sentences
    }
}
