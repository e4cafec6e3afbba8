package import Foundation
package import Logging

/// Applies the rules to the queued deployments: finds the deployment that may start, and shows in the rows of the others
/// why they wait. Rows may be reviewed at any time; a deployment that has started is not touched.
package struct QueueReview: Sendable {
    struct Result: Sendable {
        /// The newest deployment that no rule keeps from starting.
        var next: Deployment?
        /// The checks that it has passed, in words; nil if none were required.
        var passedChecks: String?
        /// When a rule may decide otherwise without any other change.
        var changesAt: Date?

        mutating func wake(at date: Date?) {
            changesAt = [changesAt, date].compactMap(\.self).min()
        }
    }

    /// How old checks may be that let a deployment start, or end it.
    private static let latestAge = Duration.seconds(5)

    private let policy: DeploymentPolicy
    private let onFailure: FailureResponse
    private let branch: WatchedBranch
    private let store: Store
    private let checks: CheckReader
    private let announcer: DeploymentAnnouncer
    private let logger: Logger
    private let turn = AsyncLock()
    /// The time between two readings of checks that failed, and may be run again.
    package var recheckInterval = Duration.seconds(60)
    /// The clock of the rules.
    package var now: @Sendable () -> Date = { Date() }

    package init(
        policy: DeploymentPolicy, onFailure: FailureResponse, branch: WatchedBranch, store: Store, checks: CheckReader,
        announcer: DeploymentAnnouncer, logger: Logger
    ) {
        self.policy = policy
        self.onFailure = onFailure
        self.branch = branch
        self.store = store
        self.checks = checks
        self.announcer = announcer
        self.logger = logger
    }

    /// - Throws: `Store.Failed`, `CancellationError`
    func run() async throws -> Result {
        try await turn.withLock {
            if try await store.endPause(of: branch, at: now()) {
                logger.info("The pause has ended")
            }
            let state = try await store.branchState(of: branch)
            var result = try await reviewQueue(state)
            if result.next == nil, try await requeuePassed(&result) { result = try await reviewQueue(state) }
            if let retry = try await store.retry(of: branch) { result.wake(at: try await review(retry: retry, state)) }
            result.wake(at: state.pause?.until)
            return result
        }
    }

    /// Whether a change may make the rules decide otherwise.
    func concerns(_ change: EngineChange) -> Bool {
        switch change {
        case .deployment(let deployment): deployment.stage == .queued || deployment.stage.isFinal
        case .branch, .databaseRecreated: true
        case .delivery(let delivery): policy.checks != .off && CheckReader.events.contains(delivery.event)
        default: false
        }
    }

    /// A deployment whose checks did not pass.
    private struct Failure {
        let deployment: Deployment
        let sentence: String
        let cause: Deployment.CheckFailure
    }

    private func reviewQueue(_ state: BranchState) async throws -> Result {
        var result = Result()
        var failures: [Failure] = []
        for deployment in try await store.queued(of: branch) {
            let (decision, facts) = try await decide(on: deployment, state)
            switch decision {
            case .start:
                if deployment.wait != nil { try await store.record(wait: nil, of: deployment) }
                result.next = deployment
                result.passedChecks = facts.flatMap { policy.passedChecks($0) }
                // It replaces what others have left.
                for failure in failures { _ = try await end(failure, undoingOthers: false) }
                return result
            case .wait(let wait):
                try await note(wait, of: deployment)
                result.wake(at: wait.until)
                if wait.rule == .checks { result.wake(at: now() + CheckReader.interval.seconds) }
                // Only the newest push whose checks have passed counts.
                if wait.rule == .approval {
                    try await store.supersedeQueued(before: deployment)
                    // A check may fail while an operator decides.
                    if policy.requiresChecks(deployment.request) { result.wake(at: now() + recheckInterval.seconds) }
                }
            case .fail(let sentence, let cause):
                failures.append(Failure(deployment: deployment, sentence: sentence, cause: cause))
            }
        }
        for failure in failures {
            let isUndone = try await end(failure, undoingOthers: onFailure == .rollback)
            // The pushes that wait are queued again behind the last success.
            if isUndone { return try await reviewQueue(state) }
        }
        return result
    }

    /// - Returns: Whether the last success was queued to undo what earlier deployments left.
    private func end(_ failure: Failure, undoingOthers: Bool) async throws -> Bool {
        let failed = failure.deployment
        await log(of: failed).write("failed", failure.sentence, level: .error)
        let rollback = try await store.failQueued(
            failed, outcome: failure.sentence, because: failure.cause, undoingOthers: undoingOthers)
        if let rollback {
            await log(of: failed).write("rollback", rollback.returnToLastSuccess, level: .warning)
        }
        try await announcer.announceEnd(of: failed.id)
        return rollback != nil
    }

    /// Shows which rule keeps a retry from starting even once it is due.
    /// - Returns: When that rule ends.
    private func review(retry: Deployment, _ state: BranchState) async throws -> Date? {
        guard case .wait(let wait)? = policy.decide(on: retry, state, at: now()) else {
            if retry.wait != nil { try await store.record(wait: nil, of: retry) }
            return nil
        }
        try await note(wait, of: retry)
        return wait.until
    }

    /// - Returns: The decision and the checks that it is based on; nil if they do not matter.
    private func decide(
        on deployment: Deployment, _ state: BranchState
    ) async throws -> (decision: DeploymentPolicy.Decision, facts: CheckFacts?) {
        if let decision = policy.decide(on: deployment, state, at: now()) { return (decision, nil) }
        let known = try await checks.facts(of: deployment.commit)
        let seen = policy.decide(on: deployment, state, checks: known, at: now())
        if case .wait(let wait) = seen, wait.rule == .checks { return (seen, known) }
        // The end of the wait depends on what GitHub reports now: a check may have been run again.
        let facts = try await checks.facts(of: deployment.commit, notOlderThan: Self.latestAge)
        return (policy.decide(on: deployment, state, checks: facts, at: now()), facts)
    }

    /// Shows a new reason in the row, in both logs and on the commit.
    private func note(_ wait: DeploymentWait, of deployment: Deployment) async throws {
        guard deployment.wait != wait, try await store.record(wait: wait, of: deployment) else { return }
        await log(of: deployment).write("waiting", wait.sentence)
        try await announcer.announceWait(of: deployment, wait)
    }

    private func log(of deployment: Deployment) -> DeploymentLogWriter {
        DeploymentLogWriter(deployment: deployment.id, store: store, logger: logger)
    }

    /// Queues the newest commit again whose checks did not pass in time and have passed since, also while a newer one waits
    /// for its own.
    /// - Returns: Whether there was one.
    private func requeuePassed(_ result: inout Result) async throws -> Bool {
        for failed in try await store.endedByChecks(of: branch) {
            result.wake(at: now() + recheckInterval.seconds)
            guard try await hasPassed(failed) else { continue }
            guard let again = try await store.requeueAfterChecks(failed) else { continue }
            logger.info("The checks have passed; the commit is queued again", metadata: again.metadata)
            let since = again.id == failed.id ? "its checks" : "the checks of deployment \(failed.id)"
            await log(of: again).write("queued", "again: \(since) have passed since")
            return true
        }
        return false
    }

    /// Whether the checks of a deployment have passed since, or are no longer required.
    private func hasPassed(_ failed: Deployment) async throws -> Bool {
        guard policy.requiresChecks(failed.request) else { return true }
        return policy.passes(try await checks.facts(of: failed.commit))
    }
}
