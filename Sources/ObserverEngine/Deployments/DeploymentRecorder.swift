import Foundation

/// Records a running deployment in its row and its log. A change is stored before the work continues; what the target does and
/// how the deployment ends survive a power failure, too.
package actor DeploymentRecorder {
    /// The time between two checks while it is being decided that a newer deployment takes its place.
    private static let decisionInterval = Duration.milliseconds(50)

    package private(set) var deployment: Deployment
    package nonisolated let log: DeploymentLogWriter
    /// Whether its start was announced. Retries because of a rejected token do not announce it again.
    private(set) var isAnnounced = false
    /// Whether it waits for a lock at the target before it changes anything, or anything more.
    private var isBlocked = false
    /// Whether it is being decided that a newer deployment takes its place; it stays so once it has.
    private var isGivingWay = false
    /// While the target is being changed in a way that must not stop halfway: set at the end of the change.
    private(set) var targetChange: Latch<Void>?
    /// Whether it is about to end by itself.
    private var isSettled = false
    nonisolated let store: Store

    package init(_ deployment: Deployment, log: DeploymentLogWriter, store: Store) {
        self.deployment = deployment
        self.log = log
        self.store = store
    }

    func markAnnounced() { isAnnounced = true }

    package func advance(to stage: Deployment.Stage) async throws {
        guard stage != deployment.stage else { return }
        // The stages before it change nothing at the target, and are repeated after a restart.
        try await change(surviving: stage == .applying ? .powerFailure : .crash) {
            $0.advance(to: stage, at: Date())
        }
    }

    package func record(changes: [AppChange]) async throws {
        let clean = changes.map { $0.redacted(by: store.redactor) }
        try await change(surviving: .crash) { $0.changes = clean }
    }

    /// Records what the target calls something that this deployment started there.
    package func record(externalID id: String) async throws {
        try await change { $0.externalIDs.append(id) }
    }

    /// Stores the progress if it has changed.
    package func record(progress: DeploymentProgress) async throws {
        guard progress != deployment.progress else { return }
        try await change(surviving: .crash) { $0.progress = progress }
    }

    /// Records that the deployment fails and is being rolled back.
    /// - Parameters:
    ///   - reason: The outcome if the rollback is interrupted.
    ///   - externalIDs: What the target calls the rollback.
    package func record(rollback externalIDs: [String], because reason: String) async throws {
        let reason = log.clean(reason)
        try await change { deployment in
            deployment.externalIDs += externalIDs
            deployment.giveUp(because: reason)
        }
    }

    /// Records the state of each app after a rollback.
    func record(restored steps: [DeploymentProgress.Step], removed: [String]) async throws {
        let previous = Set(steps.map(\.name))
        try await change { deployment in
            let others = (deployment.progress?.steps ?? []).filter { step in
                !previous.contains(step.name) && !removed.contains(step.name)
            }
            deployment.progress = DeploymentProgress(steps: steps + others)
            for index in deployment.changes.indices {
                let id = deployment.changes[index].appID
                if previous.contains(id) { deployment.changes[index].result = .restored }
                if removed.contains(id) { deployment.changes[index].result = .removedAgain }
            }
        }
    }

    /// Notes that it changed nothing at the target, or that its changes are undone.
    func leaveNoChanges() async throws {
        guard deployment.leavesChanges else { return }
        try await change { $0.leavesChanges = false }
    }

    /// - Parameter name: The operator.
    func cancel(by name: String) async throws {
        let name = log.clean(name)
        let hasChangedNothing = hasChangedNothing
        try await change { deployment in
            if hasChangedNothing { deployment.leavesChanges = false }
            deployment.cancel(by: name, at: Date())
        }
        await log.write("cancelled", deployment.outcome ?? "", level: .warning)
    }

    /// Ends it because of an event outside its commit, which is queued again.
    /// - Throws: `Store.Failed`
    func interrupt(by interruption: Deployment.Interruption = .stop) async throws {
        var interrupted = deployment
        if hasChangedNothing { interrupted.leavesChanges = false }
        try await store.interrupt(interrupted, by: interruption)
    }

    /// Whether it has not changed anything at the target because that is locked.
    private var hasChangedNothing: Bool { isBlocked && deployment.externalIDs.isEmpty }

    package func finish(as stage: Deployment.Stage, outcome: String) async throws {
        if stage == .succeeded, let duration = deployment.duration(now: Date()) {
            await log.write("succeeded", "in \(duration.brief)")
        }
        try await change { $0.finish(as: stage, outcome: outcome, at: Date()) }
    }

    /// Ends a deployment that is not retried.
    /// - Parameter undoingOthers: Whether the last success is deployed again if earlier deployments left changes.
    /// - Returns: The deployment of the last success.
    func failForGood(outcome: String, undoingOthers: Bool) async throws -> Deployment? {
        let (failed, rollback) = try await store.failForGood(deployment, outcome: outcome, undoingOthers: undoingOthers)
        deployment = failed
        return rollback
    }

    /// Ends a deployment whose failure lies outside its commit, which is retried later unless a newer one is queued.
    /// - Returns: Whether it is retried.
    func failAndRetry(outcome: String, retryAt due: Date) async throws -> Bool {
        deployment = try await store.failAndRetry(deployment, outcome: outcome, retryAt: due)
        return deployment.retry != nil
    }

    /// Notes that the target is locked, and that no change is in progress: a newer deployment may take its place.
    func block() { isBlocked = true }

    /// Continues after a wait for a lock.
    /// - Returns: Whether it may; not while it is being decided that a newer deployment takes its place.
    func unblock() -> Bool {
        guard !isGivingWay else { return false }
        isBlocked = false
        return true
    }

    /// Calls the body, which changes the target: until it ends, no newer deployment takes the place of this one. A rollback that
    /// is stopped halfway leaves a lock or half of the previous version.
    nonisolated func changingTarget<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        try await beginChange()
        let result: Result<Value, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        await endChange()
        return try result.get()
    }

    private func beginChange() async throws {
        try await waitForDecision()
        targetChange = Latch()
    }

    private func endChange() {
        targetChange?.set(())
        targetChange = nil
    }

    /// Notes that the deployment ends by itself from now on, healthy or rolled back: no newer one takes its place.
    func settle() async throws {
        try await waitForDecision()
        isSettled = true
    }

    /// Once a newer deployment takes its place, this waits until it is cancelled.
    private func waitForDecision() async throws {
        while isGivingWay { try await Task.sleep(for: Self.decisionInterval) }
    }

    /// Ends it in favour of a queued one that no rule keeps from starting, unless it changes the target right now or is about
    /// to end by itself.
    /// - Returns: The newer deployment; nil if this one continues.
    func giveWay(to queued: Deployment) async throws -> Deployment? {
        guard targetChange == nil, !isSettled else { return nil }
        isGivingWay = true
        var newer: Deployment?
        defer { isGivingWay = newer != nil }
        newer = try await store.supersedeStalled(deployment, by: queued, isBlocked: isBlocked)
        return newer
    }

    /// Remembers that the branch points at the commit.
    func noteHead() async throws {
        try await store.note(head: deployment.commit, of: deployment.request.branch)
    }

    /// Gives the deployment up because the branch points elsewhere, and queues the head of the branch.
    package func supersede(with head: DeploymentRequest, outcome: String) async throws {
        _ = try await store.supersede(deployment, with: head, outcome: outcome)
    }

    /// How often in a row the commit was interrupted while it changed the target.
    func interruptions(limit: Int) async throws -> Int {
        try await store.interruptions(before: deployment, limit: limit)
    }

    func lastSucceeded() async throws -> Deployment? {
        try await store.lastSucceeded(of: deployment.request.branch)
    }

    /// The commit of the branch that was pushed later and waits; nil if there is none. It is queued if no delivery
    /// announced it.
    func newerPush(at head: DeploymentRequest) async throws -> CommitID? {
        try await store.newerPush(than: deployment, at: head)
    }

    /// Earlier deployments of this branch that ended without success, newest first.
    package func abandonedDeployments() async throws -> [Deployment] {
        try await store.abandonedDeployments(of: deployment.request.branch)
    }

    /// A change that can't be stored has not happened, and may be retried.
    private func change(
        surviving durability: Store.Durability = .powerFailure, _ apply: (inout Deployment) -> Void
    ) async throws {
        var changed = deployment
        apply(&changed)
        try await store.save(changed, surviving: durability)
        deployment = changed
    }
}
