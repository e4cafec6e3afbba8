package import Foundation
import GRDB

/// Running deployments, until they finish.
extension Store {
    /// The deployment has already finished and stays unchanged.
    package struct AlreadyEnded: Error {
        package let deployment: Deployment
    }

    /// Stores a change of a deployment.
    /// - Throws: `AlreadyEnded`; `Failed`, also if the row no longer exists, as in a recreated database.
    package func save(_ deployment: Deployment, surviving durability: Durability = .powerFailure) async throws {
        _ = try await write(durability) {
            try deployment.storeUnlessEnded(in: $0)
        } publishing: {
            [.deployment($0)]
        }
    }

    /// Starts a queued deployment and supersedes the older ones in the queue, unless a pause or a hold has started since the
    /// rules allowed it.
    /// - Returns: The deployment in its first stage; nil if it stays queued.
    /// - Throws: `AlreadyEnded`, `Failed`
    func start(_ queued: Deployment, at date: Date = Date()) async throws -> Deployment? {
        let (started, _) = try await write(.crash) { database -> (Deployment?, [EngineChange]) in
            guard try BranchState.fetch(of: queued.request.branch, in: database).allows(queued.request) else {
                return (nil, [])
            }
            var started = queued
            started.advance(to: .fetching, at: date)
            started = try started.storeUnlessEnded(in: database)
            let superseded = try DeploymentQueue.supersedeOlder(than: started, at: date, in: database)
            return (started, superseded.map { .deployment($0) } + [.deployment(started)])
        } publishing: {
            $0.1
        }
        return started
    }

    /// Records in the row of a running deployment which service does not respond, and why; nil once all do.
    func record(trouble: String?, of deployment: Deployment) async throws {
        _ = try await write { database -> Deployment? in
            guard var running = try Deployment.fetchOne(database, key: deployment.id), running.isSame(as: deployment),
                !running.stage.isFinal, running.trouble != trouble
            else { return nil }
            running.trouble = trouble
            try running.update(database)
            return running
        } publishing: { changed in
            changed.map { [.deployment($0)] } ?? []
        }
    }

    /// Ends a running deployment, if a newer one is queued and nothing is being applied right now. One that is being rolled
    /// back has failed, any other is superseded.
    /// - Parameters:
    ///   - newer: A queued deployment that no rule keeps from starting.
    ///   - isBlocked: Whether it waits for a lock at the target, and changes nothing meanwhile.
    /// - Returns: The newer deployment; nil if the deployment continues.
    package func supersedeStalled(
        _ deployment: Deployment, by newer: Deployment, isBlocked: Bool = false, at date: Date = Date()
    ) async throws -> Deployment? {
        let (newer, _) = try await write { database -> (Deployment?, [EngineChange]) in
            let branch = deployment.request.branch
            guard try BranchState.fetch(of: branch, in: database).allows(newer.request),
                let queued = try Deployment.fetchOne(database, key: newer.id), queued.stage == .queued,
                var running = try Deployment.fetchOne(database, key: deployment.id), running.isSame(as: deployment),
                newer.id > running.id, running.giveWay(to: newer, isBlocked: isBlocked, at: date)
            else { return (nil, []) }
            try running.update(database)
            return (
                newer,
                [.deployment(running)] + (try DeploymentQueue.passOnDelivery(of: running, to: queued, in: database))
            )
        } publishing: {
            $0.1
        }
        return newer
    }

    /// Ends a deployment whose failure lies outside its commit, and queues the commit again, unless a newer one is queued or an
    /// operator has left the commit: the end of the hold may deploy it again.
    /// - Returns: The ended deployment; its `retry` is nil if none was queued.
    package func failAndRetry(
        _ deployment: Deployment, outcome: String, retryAt due: Date, at date: Date = Date()
    ) async throws -> Deployment {
        try await write { [queue] database -> (Deployment, [EngineChange]) in
            var failed = deployment
            var request = failed.request
            request.attempt += 1
            if let hold = try BranchState.fetch(of: request.branch, in: database).hold, hold.leaves(request) {
                failed.finish(as: .interrupted, outcome: outcome, at: date)
                failed.note(leftBy: hold)
                failed = try failed.storeUnlessEnded(in: database)
                return (failed, [.deployment(failed)])
            }
            failed.finish(as: .failed, outcome: outcome, at: date)
            failed = try failed.storeUnlessEnded(in: database)
            guard
                let queued = try queue.enqueueBeforeWaitingPushes(request, at: date, notBefore: due, in: database)
            else { return (failed, [.deployment(failed)]) }
            failed.retry = queued.deployment.id
            try failed.update(database, columns: ["retry"])
            return (failed, [.deployment(failed)] + queued.changes)
        } publishing: {
            $0.1
        }.0
    }

    /// Ends a deployment that is not tried again. If earlier ones left changes that it did not replace, the last success is
    /// deployed again, unless a newer deployment is queued.
    /// - Returns: The failed deployment, and the deployment of the last success.
    package func failForGood(
        _ deployment: Deployment, outcome: String, undoingOthers: Bool, at date: Date = Date()
    ) async throws -> (failed: Deployment, rollback: Deployment?) {
        let (failed, rollback) = try await write { [queue] database -> (Deployment, DeploymentQueue.Enqueued?) in
            var failed = deployment
            failed.finish(as: .failed, outcome: outcome, at: date)
            failed = try failed.storeUnlessEnded(in: database)
            guard undoingOthers else { return (failed, nil) }
            let others = try DeploymentQueue.leftovers(of: failed.request.branch, in: database)
            guard others.contains(where: { $0.id != failed.id }) else { return (failed, nil) }
            return try queue.enqueueLastSuccess(insteadOf: failed, at: date, in: database)
        } publishing: { rows in
            [.deployment(rows.0)] + (rows.1?.changes ?? [])
        }
        return (failed, rollback?.deployment)
    }

    /// The retry of the branch that is queued until it is due; nil without one.
    package func retry(of branch: WatchedBranch) async throws -> Deployment? {
        try await read { try DeploymentQueue.waiting(of: branch).filter("not_before IS NOT NULL").fetchOne($0) }
    }

    /// Makes a retry that is due a queued deployment like any other.
    package func releaseRetry(of branch: WatchedBranch, dueBy date: Date) async throws {
        _ = try await write { database -> Deployment? in
            let due = DeploymentQueue.waiting(of: branch).filter("not_before <= ?", date.timeIntervalSince1970)
            guard var retry = try due.fetchOne(database) else { return nil }
            retry.notBefore = nil
            try retry.update(database, columns: ["not_before"])
            return retry
        } publishing: { released in
            released.map { [.deployment($0)] } ?? []
        }
    }

    /// Closes a deployment that the end of this process interrupts, and queues its commit again, unless a newer one is
    /// queued. A finished one stays unchanged; one that is being rolled back is closed and reported at the next start.
    package func interrupt(
        _ deployment: Deployment, by interruption: Deployment.Interruption = .stop, at date: Date = Date()
    ) async throws {
        guard !deployment.stage.isFinal, !deployment.isGivenUp else { return }
        do {
            _ = try await write { [queue] database -> [EngineChange] in
                let closed = try Self.close(deployment, by: interruption, at: date, in: database)
                return [.deployment(closed)]
                    + (try queue.requeue(closed, isRestart: interruption == .stop, at: date, in: database))
            } publishing: {
                $0
            }
        } catch is AlreadyEnded {
            // Closed concurrently.
        }
    }

    /// Returns a running deployment that has changed nothing at the target to the queue; a newer queued one supersedes it.
    /// - Parameter marks: The changes of its plan, if they have to be approved.
    /// - Throws: `AlreadyEnded`, `Failed`
    package func putBack(
        _ deployment: Deployment, untilApproved marks: [String]? = nil, at date: Date = Date()
    ) async throws {
        _ = try await write { [queue] database -> [EngineChange] in
            var back = deployment
            var passedOn: [EngineChange] = []
            let waiting = try DeploymentQueue.waiting(of: deployment.request.branch).fetchAll(database)
            let hold = try BranchState.fetch(of: deployment.request.branch, in: database).hold
            if let newer = waiting.first(where: { queue.isReplaced(deployment, by: $0.request, under: hold) }) {
                back.supersede(by: newer, at: date)
                passedOn = try DeploymentQueue.passOnDelivery(of: deployment, to: newer, in: database)
            } else if let marks {
                back.putBack(untilApproved: marks)
            } else {
                back.putBack()
            }
            return [.deployment(try back.storeUnlessEnded(in: database))] + passedOn
        } publishing: {
            $0
        }
    }

    /// Closes the deployments that a crash left unfinished, and queues the newest commit of them again; the last success
    /// instead, if that commit had failed and was being rolled back. Nothing is queued if a newer deployment is.
    /// - Returns: The closed deployments.
    package func closeInterrupted(
        of branch: WatchedBranch, at date: Date = Date()
    ) async throws -> [Deployment] {
        let unfinished = Deployment.Stage.allCases.filter { !$0.isFinal && $0 != .queued }
        let (closed, _) = try await write { [queue] database -> ([Deployment], [EngineChange]) in
            var closed =
                try unfinished
                .flatMap { try DeploymentRows.all(of: branch, in: $0).fetchAll(database) }
                .sorted { $0.id < $1.id }
                .map { try Self.close($0, at: date, in: database) }
            guard let last = closed.last else { return ([], []) }
            guard last.stage == .failed, last.leavesChanges else {
                return (closed, try queue.requeue(last, at: date, in: database))
            }
            let (failed, rollback) = try queue.enqueueLastSuccess(insteadOf: last, at: date, in: database)
            closed[closed.count - 1] = failed
            return (closed, rollback?.changes ?? [])
        } publishing: { rows in
            rows.0.map { .deployment($0) } + rows.1
        }
        return closed
    }

    private static func close(
        _ deployment: Deployment, by interruption: Deployment.Interruption = .stop, at date: Date, in database: Database
    ) throws -> Deployment {
        var closed = deployment
        closed.interrupt(by: interruption, at: date)
        if closed.stage == .interrupted,
            let hold = try BranchState.fetch(of: closed.request.branch, in: database).hold, hold.leaves(closed.request)
        {
            closed.note(leftBy: hold)
        }
        return try closed.storeUnlessEnded(in: database)
    }
}

extension DeploymentQueue {
    /// The deployments since the last success whose changes were not undone. An operator who cancels one wants them to
    /// stay. Corrections of drift bring apps to their specs, and do not count.
    static func leftovers(of branch: WatchedBranch, in database: Database) throws -> [Deployment] {
        let success = try DeploymentRows.all(of: branch, in: .succeeded).ofWholeCommit.fetchOne(database)
        return try [.superseded, .interrupted, .failed].flatMap { (stage: Deployment.Stage) in
            try DeploymentRows.all(of: branch, in: stage).ofWholeCommit.filter("id > ?", success?.id ?? 0)
                .filter("leaves_changes").fetchAll(database)
        }
    }

    /// Whether a deployment runs. A correction of drift does not count, because it concerns only some apps.
    static func isRunning(on branch: WatchedBranch, in database: Database) throws -> Bool {
        try Deployment.Stage.allCases.filter { !$0.isFinal && $0 != .queued }.contains { stage in
            try !DeploymentRows.all(of: branch, in: stage).ofWholeCommit.isEmpty(database)
        }
    }

    /// Queues the last success of the branch again, unless a newer deployment is queued or the failed one is of the same
    /// commit.
    /// - Returns: The failed deployment with a note of it, and the queued one.
    func enqueueLastSuccess(
        insteadOf failed: Deployment, at date: Date, in database: Database
    ) throws -> (failed: Deployment, rollback: Enqueued?) {
        let branch = failed.request.branch
        let newer = try Self.waiting(of: branch).fetchAll(database)
        let hold = try BranchState.fetch(of: branch, in: database).hold
        guard newer.allSatisfy({ letsOlderStart($0, under: hold) }) else { return (failed, nil) }
        var noted = failed
        guard let success = try DeploymentRows.all(of: branch, in: .succeeded).fetchOne(database) else {
            noted.noteNothingToReturnTo()
            try noted.update(database, columns: ["outcome"])
            return (noted, nil)
        }
        guard success.commit != failed.commit else { return (failed, nil) }
        let request = DeploymentRequest(branch: branch, commit: success.request.commit, trigger: .rollback)
        guard let queued = try enqueueBeforeWaitingPushes(request, at: date, in: database) else { return (failed, nil) }
        noted.note(undoneBy: queued.deployment)
        try noted.update(database, columns: ["outcome"])
        return (noted, queued)
    }

    /// Queues the commit of an interrupted deployment again, unless a newer one is queued.
    fileprivate func requeue(
        _ deployment: Deployment, isRestart: Bool = true, at date: Date, in database: Database
    ) throws -> [EngineChange] {
        var request = deployment.request
        guard deployment.stage == .interrupted else { return [] }
        // An operator chose the commit, wherever the branch is; or resumed, which is not a request for this commit.
        let kept = Deployment.Trigger.apartFromBranch + [.resume]
        if isRestart, !kept.contains(request.trigger) { request.trigger = .restart }
        return try enqueueBeforeWaitingPushes(request, at: date, in: database)?.changes ?? []
    }
}

extension Deployment {
    /// Stores its state but keeps what others may have added to the row meanwhile: the delivery and the trouble.
    /// - Throws: `Store.AlreadyEnded`
    func storeUnlessEnded(in database: Database) throws -> Deployment {
        guard let stored = try Deployment.fetchOne(database, key: id), stored.isSame(as: self) else {
            throw DatabaseError(message: "there is no deployment \(id) of \(commit.short)")
        }
        guard !stored.stage.isFinal else { throw Store.AlreadyEnded(deployment: stored) }
        var updated = self
        updated.request.delivery = stored.request.delivery
        if !stage.isFinal { updated.trouble = stored.trouble }
        try updated.update(database)
        return updated
    }

    /// Whether the row is of the same deployment: ids start again from 1 in a new database.
    func isSame(as other: Deployment) -> Bool {
        // Dates lose their last digits in the database.
        commit == other.commit && abs(queuedAt.timeIntervalSince(other.queuedAt)) < 0.001
    }
}
