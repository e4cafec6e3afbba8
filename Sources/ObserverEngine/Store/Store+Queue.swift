package import Foundation
import GRDB

/// The deployments table as a queue: one deployment of a branch runs, and a new one replaces those that are queued. Two kinds of
/// pushes let older deployments stay queued: those that wait for their checks, because an older one may pass first, and
/// those that a hold keeps back.
struct DeploymentQueue: Sendable {
    /// How many pushes of a branch wait for their checks at most.
    static let limit = 20

    /// Whether a push leaves the older ones in the queue.
    let keepsOlderPushes: Bool

    struct Enqueued: Sendable {
        let deployment: Deployment
        /// The superseded ones, and those that were queued again behind it.
        var others: [Deployment]
        /// The deliveries whose results they show.
        var deliveries: [Delivery]

        var changes: [EngineChange] {
            ([deployment] + others).map { .deployment($0) } + deliveries.map { .delivery($0) }
        }
    }

    /// Adds a deployment and supersedes those of its branch that it replaces under the stored hold: a caller that changes the
    /// hold does so afterwards.
    /// - Parameter notBefore: When a retry starts.
    func enqueue(
        _ request: DeploymentRequest, at date: Date, notBefore: Date? = nil, in database: Database
    ) throws -> Enqueued {
        let waiting = try Self.waiting(of: request.branch).fetchAll(database)
        let hold = waiting.isEmpty ? nil : try BranchState.fetch(of: request.branch, in: database).hold
        let older = replaced(by: request, among: waiting, under: hold)
        return try insert(request, replacing: older, at: date, notBefore: notBefore, in: database)
    }

    /// Queues a request that is older than pushes that wait for their checks, or that a hold keeps back. They get new rows
    /// behind it: the deployment with the highest ID starts last.
    /// - Parameter older: The queued deployments that it replaces.
    /// - Returns: nil if another deployment is queued, which takes its place, or if an operator has left the commit of this push
    ///   since, whether the deployment of that hold is still queued or not.
    func enqueueBeforeWaitingPushes(
        _ request: DeploymentRequest, replacing older: [Deployment] = [], at date: Date, notBefore: Date? = nil,
        in database: Database
    ) throws -> Enqueued? {
        let replaced = Set(older.map(\.id))
        let newer = try Self.waiting(of: request.branch).oldestFirst.fetchAll(database)
            .filter { !replaced.contains($0.id) }
        let hold = try BranchState.fetch(of: request.branch, in: database).hold
        let takesPlace = newer.contains { push in
            !letsOlderStart(push, under: hold)
                || push.commit == request.commit.id && hold?.keepsBack(push.request) != true
        }
        guard !takesPlace, hold?.leaves(request) != true else { return nil }
        var queued = try insert(request, replacing: older, at: date, notBefore: notBefore, in: database)
        for push in newer {
            let again = try insert(
                push.request, replacing: [push], at: date, notBefore: push.notBefore, in: database)
            var row = again.deployment
            row.wait = push.wait
            try row.update(database)
            queued.others += [row] + again.others + (try Self.moveRetry(push, to: row, in: database))
            queued.deliveries += again.deliveries
        }
        return queued
    }

    /// A failed deployment names the new row of its retry.
    private static func moveRetry(
        _ retry: Deployment, to row: Deployment, in database: Database
    ) throws -> [Deployment] {
        guard retry.request.attempt > 1 else { return [] }
        let failed = DeploymentRows.all(of: retry.request.branch, at: retry.commit).filter("retry = ?", retry.id)
        return try failed.fetchAll(database).map { failed in
            var failed = failed
            failed.retry = row.id
            try failed.update(database, columns: ["retry"])
            return failed
        }
    }

    /// - Parameter older: The queued deployments that it replaces.
    private func insert(
        _ request: DeploymentRequest, replacing older: [Deployment], at date: Date, notBefore: Date? = nil,
        in database: Database
    ) throws -> Enqueued {
        let same = older.filter { $0.commit == request.commit.id }
        var request = request
        request.delivery =
            try request.delivery ?? same.lazy.compactMap(\.request.delivery).first
            ?? (request.trigger == .operator ? Delivery.undeployed(of: request, in: database)?.id : nil)
        var deployment = Deployment(id: 0, request: request, queuedAt: date)
        deployment.notBefore = notBefore
        try deployment.insert(database)
        deployment = Deployment(id: database.lastInsertedRowID, request: request, queuedAt: date)
        deployment.notBefore = notBefore
        let deliveries = Set([request.delivery] + same.map(\.request.delivery)).compactMap(\.self).sorted()
        return Enqueued(
            deployment: deployment, others: try Self.supersede(older, by: deployment, at: date, in: database),
            deliveries: try deliveries.compactMap { try Delivery.link($0, to: deployment.id, in: database) })
    }

    /// Links the delivery of a superseded deployment to the newer one, if that has the same commit.
    static func passOnDelivery(
        of older: Deployment, to newer: Deployment, in database: Database
    ) throws -> [EngineChange] {
        guard older.commit == newer.commit, let id = older.request.delivery,
            let delivery = try Delivery.link(id, to: newer.id, in: database)
        else { return [] }
        var newer = newer
        newer.request.delivery = newer.request.delivery ?? id
        try newer.storeDelivery(in: database)
        return [.delivery(delivery), .deployment(newer)]
    }

    /// The queued deployments that a new one replaces.
    /// - Parameter waiting: Newest first.
    private func replaced(
        by request: DeploymentRequest, among waiting: [Deployment], under hold: HoldSummary?
    ) -> [Deployment] {
        let kept = waiting.filter { !isReplaced($0, by: request, under: hold) }
        let pushes = kept.filter(\.request.trigger.followsBranch).prefix(Self.limit - 1)
        let ids = Set((pushes + kept.filter { !$0.request.trigger.followsBranch }).map(\.id))
        return waiting.filter { !ids.contains($0.id) }
    }

    /// Whether a queued push lets an older deployment start: it waits for its checks, or the hold keeps it back.
    func letsOlderStart(_ push: Deployment, under hold: HoldSummary?) -> Bool {
        keepsOlderPushes && push.mayWaitForChecks || hold?.keepsBack(push.request) == true
    }

    /// Whether a newer deployment ends the wait of an older one, which has changed nothing yet. A push that a hold keeps back
    /// replaces only pushes that it keeps back, too: neither what an operator requested nor the commit of the hold.
    func isReplaced(_ older: Deployment, by newer: DeploymentRequest, under hold: HoldSummary?) -> Bool {
        if let hold, hold.keepsBack(newer), !hold.keepsBack(older.request) { return false }
        if Self.isSpared(older, by: newer) { return false }
        return !keepsOlderPushes || !newer.trigger.followsBranch || !older.request.trigger.followsBranch
            || older.notBefore != nil
            || older.commit == newer.commit.id
    }

    /// Whether it is a push that the replay of an earlier one does not replace: it still runs after the replay.
    static func isSpared(_ push: Deployment, by replay: DeploymentRequest) -> Bool {
        replay.isReplay && !push.request.isReplay && push.request.trigger.followsBranch
            && push.commit != replay.commit.id
    }

    static func supersede(
        _ older: [Deployment], by newer: Deployment, at date: Date, in database: Database
    ) throws -> [Deployment] {
        try older.map { older in
            var older = older
            older.supersede(by: newer, at: date)
            try older.storeEnd(in: database)
            return older
        }
    }

    /// The deployment of a push that polling or recovery found before its delivery arrived. If the branch has been at the
    /// commit before the push since then, the delivery is of a second push to the same commit, and there is none.
    static func foundBeforeDelivery(
        _ commit: CommitInfo, of branch: WatchedBranch, isHeld: Bool, in database: Database
    ) throws -> Deployment? {
        let all = DeploymentRows.all(of: branch, at: commit.id)
        // A deployment that an operator's rollback superseded must not return because of its late delivery.
        let found = try (isHeld ? all : all.lasting).followingBranch.filter("delivery IS NULL").fetchOne(database)
        guard let found, let before = commit.previous else { return found }
        let returned = DeploymentRows.all(of: branch, at: before).followingBranch.filter("id > ?", found.id)
        return try returned.isEmpty(database) ? found : nil
    }

    /// The newest deployment of a commit that an operator requested, if no push belongs to it.
    static func chosen(_ commit: CommitID, of branch: WatchedBranch, in database: Database) throws -> Deployment? {
        try DeploymentRows.all(of: branch, at: commit).filter("\"trigger\" = 'operator'").filter("delivery IS NULL")
            .fetchOne(database)
    }

    /// The deployments that matter to the decision about a head of the branch.
    static func history(
        of head: CommitID, on branch: WatchedBranch, in database: Database
    ) throws -> HeadDecision.History {
        let ofHead = DeploymentRows.all(of: branch, at: head)
        let last = try ofHead.lasting.fetchOne(database)
        return HeadDecision.History(
            newest: try DeploymentRows.lasting(of: branch).fetchOne(database), last: last,
            wasSeen: try !ofHead.isEmpty(database),
            hasMovedSince: try last.map { last in
                try !pushes(of: branch).filter("id > ?", last.id).filter("commit_id <> ?", head.description)
                    .isEmpty(database)
            } ?? false,
            state: try BranchState.fetch(of: branch, in: database))
    }

    /// The commits that a rollback to a commit leaves: of the deployments since its last one, newest first; of all if there is
    /// none. What an operator chose and has called off before it started was never left, nor were versions that are older: a
    /// rollback may return to a newer one.
    /// - Parameter hold: The hold that the rollback replaces: what that left stays so.
    static func commits(
        since commit: CommitID, replacing hold: Hold?, of branch: WatchedBranch, in database: Database
    ) throws -> [CommitID] {
        let newest = try DeploymentRows.all(of: branch).fetchAll(database, limit: 100).filter { row in
            !(!row.request.trigger.followsBranch && row.stage.isFinal && row.startedAt == nil)
        }
        let versions = newest.filter { $0.request.trigger != .rollback && $0.request.trigger != .drift }
        func isOlder(_ other: CommitID) -> Bool {
            guard let own = versions.first(where: { $0.commit == commit }),
                let version = versions.first(where: { $0.commit == other })
            else { return false }
            return version.id < own.id
        }
        let left = newest.map(\.commit).prefix { $0 != commit } + (hold?.leaving ?? [])
        return left.filter { $0 != commit && !isOlder($0) }
    }

    /// Deployments of heads of the branch, as opposed to an operator's choices, newest first.
    static func pushes(of branch: WatchedBranch) -> DeploymentRows {
        DeploymentRows.all(of: branch).followingBranch
    }

    static func waiting(of branch: WatchedBranch) -> DeploymentRows {
        DeploymentRows.all(of: branch, in: .queued)
    }
}

extension Store {
    /// Queues a deployment and supersedes those of its branch that are still queued.
    package func enqueue(_ request: DeploymentRequest, at date: Date = Date()) async throws -> Deployment {
        let request = request.redacted(by: redactor)
        let queued = try await write { [queue] in
            try queue.enqueue(request, at: date, in: $0)
        } publishing: {
            $0.changes
        }
        return queued.deployment
    }

    /// Queues the head of the branch at an operator's request, which ends a hold.
    /// - Parameters:
    ///   - newest: The newest deployment when GitHub was asked for the head.
    ///   - evenIfUnknown: Also ends a hold that this disk does not know, but the target may.
    /// - Returns: The deployment, and the hold that it ended; nil if a deployment was queued since: the head may be older
    ///   than its commit.
    package func enqueueHead(
        _ request: DeploymentRequest, askedAfter newest: Int64, evenIfUnknown: Bool = false, at date: Date = Date()
    ) async throws -> (deployment: Deployment, hold: HoldSummary?)? {
        let request = request.redacted(by: redactor)
        let (queued, hold, _) = try await write {
            [queue] database -> (Deployment?, HoldSummary?, [EngineChange]) in
            guard try DeploymentQueue.newestID(of: request.branch, in: database) == newest else {
                return (nil, nil, [])
            }
            let hold = try BranchState.fetch(of: request.branch, in: database).hold
            try BranchState.note(head: request.commit.id, of: request.branch, in: database)
            let queued = try queue.enqueue(request, at: date, in: database)
            let lifted = try BranchState.liftHold(
                of: request.branch, at: date, evenIfUnknown: evenIfUnknown, byOperator: true, in: database)
            return (queued.deployment, hold, queued.changes + lifted)
        } publishing: {
            $0.2
        }
        return queued.map { ($0, hold) }
    }

    /// Supersedes a deployment because the branch has moved, and queues the head of the branch if that was missed. Where a
    /// newer push is queued already, the head is older than that.
    /// - Returns: The deployment of the head, if one was queued.
    package func supersede(
        _ deployment: Deployment, with head: DeploymentRequest, outcome: String, at date: Date = Date()
    ) async throws -> Deployment? {
        let head = head.redacted(by: redactor)
        let (queued, _) = try await write { [queue] database -> (Deployment?, [EngineChange]) in
            var superseded = deployment
            superseded.finish(as: .superseded, outcome: outcome, at: date)
            superseded = try superseded.storeUnlessEnded(in: database)
            let newer = DeploymentQueue.pushes(of: head.branch).filter("id > ?", deployment.id)
            guard try newer.isEmpty(database) else { return (nil, [.deployment(superseded)]) }
            let decision = try SkippedHeads.decision(on: head.commit.id, of: head.branch, in: database)
            if let wanted = try SkippedHeads.wanted(at: head.commit.id, of: head.branch, in: database) {
                try BranchState.note(head: wanted, of: head.branch, in: database)
            }
            guard decision == .missed else {
                return (nil, [.deployment(superseded)])
            }
            let wanted = try SkippedHeads.request(for: head, in: database)
            let queued = try queue.enqueue(wanted, at: date, in: database)
            let lifted = try BranchState.liftHold(of: head.branch, at: date, in: database)
            return (queued.deployment, [.deployment(superseded)] + queued.changes + lifted)
        } publishing: {
            $0.1
        }
        return queued
    }

    /// Cancels a queued deployment; a running or finished one stays unchanged.
    /// - Parameter name: The operator.
    package func cancelQueued(_ id: Int64, by name: String, at date: Date = Date()) async throws {
        let name = redactor.redact(name).beginning(ofBytes: TextLimit.name)
        _ = try await write { database -> Deployment? in
            guard var deployment = try Deployment.fetchOne(database, key: id), deployment.stage == .queued else {
                return nil
            }
            deployment.cancel(by: name, at: date)
            try deployment.update(database)
            return deployment
        } publishing: { cancelled in
            cancelled.map { [.deployment($0)] } ?? []
        }
    }

    /// The queued deployments, newest first; retries only once they are due.
    package func queued(of branch: WatchedBranch) async throws -> [Deployment] {
        try await read {
            try DeploymentQueue.waiting(of: branch).filter("not_before IS NULL").fetchAll($0)
        }
    }

    /// Queues a deployment that undoes drift, unless deployments are paused, or another one is running or queued that no hold
    /// keeps back: that one would be superseded, or brings the apps to their specs itself. A commit that is no longer the last
    /// success is not deployed again: since the drift was found, another one has succeeded.
    func enqueueCorrection(_ request: DeploymentRequest, at date: Date = Date()) async throws -> Deployment? {
        let request = request.redacted(by: redactor)
        let unfinished = Deployment.Stage.allCases.filter { !$0.isFinal }
        let queued = try await write { [queue] database -> DeploymentQueue.Enqueued? in
            let state = try BranchState.fetch(of: request.branch, in: database)
            let isIdle = try unfinished.allSatisfy {
                try DeploymentRows.all(of: request.branch, in: $0).fetchAll(database).allSatisfy { row in
                    row.isKeptBack(by: state.hold)
                }
            }
            let last = try DeploymentRows.all(of: request.branch, in: .succeeded).fetchOne(database)
            guard isIdle, last?.commit == request.commit.id, !state.isPaused else { return nil }
            return try queue.enqueueBeforeWaitingPushes(request, at: date, in: database)
        } publishing: {
            $0?.changes ?? []
        }
        return queued?.deployment
    }
}
