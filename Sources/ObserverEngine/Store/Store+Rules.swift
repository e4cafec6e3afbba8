import Foundation
import GRDB

/// Queued deployments that rules keep from starting.
extension Store {
    /// Records which rule keeps a queued deployment from starting; nil for none.
    /// - Returns: Whether it still is queued.
    @discardableResult
    func record(wait: DeploymentWait?, of deployment: Deployment) async throws -> Bool {
        try await changeQueued(deployment) { $0.wait = wait }
    }

    /// Ends a deployment that never started, because of its checks. If earlier ones left changes that it was to replace, the
    /// last success is deployed again, unless another deployment is running or a newer one is queued.
    /// - Returns: The deployment of the last success.
    @discardableResult
    func failQueued(
        _ deployment: Deployment, outcome: String, because cause: Deployment.CheckFailure? = nil,
        undoingOthers: Bool = false, at date: Date = Date()
    ) async throws -> Deployment? {
        let outcome = redactor.redact(outcome)
        let ended = try await write { [queue] database -> (failed: Deployment, rollback: DeploymentQueue.Enqueued?)? in
            guard var failed = try Deployment.queued(deployment, in: database) else { return nil }
            failed.fail(outcome: outcome, because: cause, at: date)
            try failed.update(database)
            let branch = failed.request.branch
            // One that runs replaces the leftovers, or undoes them if it fails.
            guard undoingOthers, try !DeploymentQueue.isRunning(on: branch, in: database),
                try !DeploymentQueue.leftovers(of: branch, in: database).isEmpty
            else { return (failed, nil) }
            return try queue.enqueueLastSuccess(insteadOf: failed, at: date, in: database)
        } publishing: { ended in
            ended.map { [.deployment($0.failed)] + ($0.rollback?.changes ?? []) } ?? []
        }
        return ended?.rollback?.deployment
    }

    /// Supersedes the queued deployments that are older than this one because its checks have passed.
    func supersedeQueued(before newer: Deployment, at date: Date = Date()) async throws {
        _ = try await write { database -> [Deployment] in
            let state = try BranchState.fetch(of: newer.request.branch, in: database)
            guard state.allows(newer.request) else { return [] }
            return try DeploymentQueue.supersedeOlder(than: newer, at: date, in: database)
        } publishing: { superseded in
            superseded.map { .deployment($0) }
        }
    }

    /// The commit of a newer push than that of a deployment, if it was queued later or failed its checks, and has not
    /// started. It is queued if it was missed.
    /// - Parameter head: The head of the branch. Where the rules on pushes skip it, the commit that should run counts.
    /// - Returns: nil if no such push waits.
    func newerPush(
        than older: Deployment, at head: DeploymentRequest, at date: Date = Date()
    ) async throws -> CommitID? {
        let head = head.redacted(by: redactor)
        return try await write { [queue] database -> (CommitID?, [EngineChange]) in
            let wanted = try SkippedHeads.request(for: head, in: database)
            let newest = try DeploymentRows.all(of: head.branch, at: wanted.commit.id).fetchOne(database)
            if let newest {
                // A commit that was queued again because its checks have passed has a higher ID than newer commits.
                let waits = newest.id > older.id && newest.startedAt == nil || newest.isEndedByChecks
                return (waits ? newest.commit : nil, [])
            }
            let decision = try SkippedHeads.decision(on: head.commit.id, of: head.branch, in: database)
            try BranchState.note(head: wanted.commit.id, of: head.branch, in: database)
            guard decision == .missed else { return (wanted.commit.id, []) }
            let queued = try queue.enqueue(wanted, at: date, in: database)
            return (
                wanted.commit.id, queued.changes + (try BranchState.liftHold(of: head.branch, at: date, in: database))
            )
        } publishing: {
            $0.1
        }.0
    }

    /// The deployments whose commits are wanted once their checks pass: that of the head, then those that are newer
    /// than the last deployed commit, the newest first.
    func endedByChecks(of branch: WatchedBranch) async throws -> [Deployment] {
        try await read { try DeploymentQueue.endedByChecks(of: branch, in: $0) }
    }

    /// Returns a deployment to the queue whose checks have passed since, unless it is no longer wanted. It keeps its place
    /// before newer pushes that still wait for their checks, or that a hold keeps back. If a newer deployment has started since,
    /// its commit is queued as a new deployment: the history is in the order of the starts.
    /// - Returns: The queued deployment; nil if it is not wanted.
    func requeueAfterChecks(_ failed: Deployment, at date: Date = Date()) async throws -> Deployment? {
        let (queued, _) = try await write { [queue] database -> (Deployment?, [EngineChange]) in
            let branch = failed.request.branch
            let hold = try BranchState.fetch(of: branch, in: database).hold
            let waiting = try DeploymentQueue.waiting(of: branch).fetchAll(database)
                .filter { hold?.keepsBack($0.request) != true }
            let retries = waiting.filter { $0.notBefore != nil }
            guard waiting.allSatisfy({ $0.notBefore != nil || $0.waitsForChecks }),
                var row = try DeploymentQueue.endedByChecks(of: branch, in: database).first(where: {
                    $0.id == failed.id
                })
            else { return (nil, []) }
            let started = DeploymentRows.all(of: branch).filter("id > ?", row.id).filter("started_at IS NOT NULL")
            guard try started.isEmpty(database) else {
                guard waiting.count == retries.count else { return (nil, []) }
                let queued = try queue.enqueueBeforeWaitingPushes(
                    row.request, replacing: retries, at: date, in: database)
                return (queued?.deployment, queued?.changes ?? [])
            }
            row.reopen()
            try row.update(database)
            let superseded = try DeploymentQueue.supersede(retries, by: row, at: date, in: database)
            return (row, ([row] + superseded).map { .deployment($0) })
        } publishing: {
            $0.1
        }
        return queued
    }

    /// The logins of those who pushed a commit to the branch, as its deliveries report them; empty if none was stored.
    func pushers(of commit: CommitID, on branch: WatchedBranch) async throws -> [String] {
        try await read { database in
            let rows = try DeploymentRows.all(of: branch, at: commit).fetchAll(database, limit: 20)
            let linked = try rows.compactMap(\.request.delivery).compactMap { try Delivery.summary($0, in: database) }
            let other = try Delivery.undeployed(of: commit, branch: branch, in: database)
            return Set((linked + [other].compactMap(\.self)).compactMap { $0.push?.pusher }).sorted()
        }
    }

    /// Stores an operator's approval of the plan that a queued deployment waits with.
    /// - Parameter plan: The plan that the operator saw.
    /// - Returns: The deployment; it is unchanged if it does not wait with this plan.
    func approve(_ id: Int64, plan: String, by author: String, at date: Date = Date()) async throws -> Deployment? {
        let author = redactor.redact(author).beginning(ofBytes: TextLimit.name)
        return try await write { database -> Deployment? in
            guard var deployment = try Deployment.fetchOne(database, key: id), deployment.stage == .queued,
                deployment.planID == plan, let changes = deployment.unapprovedPlan
            else { return nil }
            deployment.request.approval = PlanApproval(of: changes, by: author, at: date)
            deployment.unapprovedPlan = nil
            // Another reason is not shown again.
            if deployment.wait?.rule == .approval { deployment.wait = nil }
            try deployment.update(database)
            return deployment
        } publishing: { approved in
            approved.map { [.deployment($0)] } ?? []
        }
    }

    /// Ends a queued deployment because an operator did not approve its plan.
    /// - Returns: Whether it was queued.
    func reject(
        _ deployment: Deployment, by name: String, reason: String? = nil, at date: Date = Date()
    ) async throws -> Bool {
        let (name, reason) = (redactor.redact(name), redactor.redact(reason, toBytes: TextLimit.reason))
        return try await changeQueued(deployment) { $0.reject(by: name, reason: reason, at: date) }
    }

    @discardableResult
    private func changeQueued(
        _ deployment: Deployment, _ change: @escaping @Sendable (inout Deployment) -> Void
    ) async throws -> Bool {
        try await write { database -> Deployment? in
            guard var queued = try Deployment.queued(deployment, in: database) else { return nil }
            change(&queued)
            try queued.update(database)
            return queued
        } publishing: { changed in
            changed.map { [.deployment($0)] } ?? []
        } != nil
    }
}

extension BranchState {
    /// Whether neither a pause nor a hold keeps a deployment from starting.
    func allows(_ request: DeploymentRequest) -> Bool {
        request.override != nil || !isPaused && hold?.keepsBack(request) != true
    }
}

extension DeploymentQueue {
    /// Supersedes the queued deployments that are older.
    static func supersedeOlder(
        than newer: Deployment, at date: Date, in database: Database
    ) throws -> [Deployment] {
        let older = try waiting(of: newer.request.branch).filter("id < ?", newer.id)
            .fetchAll(database).filter { !isSpared($0, by: newer.request) }
        return try supersede(older, by: newer, at: date, in: database)
    }

    /// How many commits whose checks failed are checked again.
    private static let recheckLimit = 5

    /// The deployments that failed because their checks did not pass, and whose commits are wanted once they do.
    static func endedByChecks(of branch: WatchedBranch, in database: Database) throws -> [Deployment] {
        let state = try BranchState.fetch(of: branch, in: database)
        let head = try state.heldCommit ?? head(of: branch, state, in: database)
        let ofHead = try head.flatMap { try DeploymentRows.all(of: branch, at: $0).lasting.fetchOne(database) }
        let newest = try DeploymentRows.lasting(of: branch).fetchAll(database, limit: limit + recheckLimit)
            .prefix { $0.isEndedByChecks || $0.waitsForChecks || $0.stage == .queued && $0.notBefore != nil }
            .filter(\.isEndedByChecks).prefix(recheckLimit)
            // A newer deployment of the commit decides.
            .filter { try DeploymentRows.all(of: branch, at: $0.commit).fetchOne(database)?.id == $0.id }
        var seen: Set<Int64> = []
        return ([ofHead].compactMap(\.self) + newest).filter { row in
            row.isEndedByChecks && row.isWanted(head: head, state.hold) && seen.insert(row.id).inserted
        }
    }

    /// The commit of the branch that should run; nil if it is not known.
    private static func head(
        of branch: WatchedBranch, _ state: BranchState, in database: Database
    ) throws -> CommitID? {
        guard let head = try state.head ?? pushes(of: branch).fetchOne(database)?.commit else { return nil }
        return try SkippedHeads.wanted(at: head, of: branch, in: database)
    }
}

extension Deployment {
    /// Whether it failed because its checks did not pass: only those fail without a start.
    var isEndedByChecks: Bool { stage == .failed && startedAt == nil }

    /// Whether it follows the branch, and no other rule than its checks keeps it from starting, or none was checked yet.
    var mayWaitForChecks: Bool {
        stage == .queued && notBefore == nil && [nil, .checks].contains(wait?.rule) && unapprovedPlan == nil
            && request.approval == nil && request.trigger.followsBranch
    }

    /// The same, where its checks were read and have neither passed nor failed.
    fileprivate var waitsForChecks: Bool { mayWaitForChecks && wait != nil }

    /// Why its checks did not let it start; nil if that was not stored.
    var checkFailure: CheckFailure? {
        if case .checks(let cause) = ending { cause } else { nil }
    }

    /// The stored state of a deployment; nil unless it is queued.
    fileprivate static func queued(_ deployment: Deployment, in database: Database) throws -> Deployment? {
        guard let stored = try fetchOne(database, key: deployment.id), stored.isSame(as: deployment),
            stored.stage == .queued
        else { return nil }
        return stored
    }

    /// Whether its commit may be deployed without an operator. One that an operator chose counts until its hold ends.
    fileprivate func isWanted(head: CommitID?, _ hold: HoldSummary?) -> Bool {
        if let hold { return commit == hold.commit }
        return commit == head || request.trigger.followsBranch
    }
}
