package import Foundation
import GRDB

/// The deployments table as a queue: one deployment of a branch runs, at most one is queued.
enum DeploymentQueue {
    struct Enqueued: Sendable {
        let deployment: Deployment
        let superseded: [Deployment]

        var changes: [EngineChange] { ([deployment] + superseded).map { .deployment($0) } }
    }

    /// Adds a deployment and supersedes those of its branch that are still queued.
    static func enqueue(_ request: DeploymentRequest, at date: Date, in database: Database) throws -> Enqueued {
        let waiting = try waiting(of: request.branch).fetchAll(database)
        try Deployment(id: 0, request: request, queuedAt: date).insert(database)
        let deployment = Deployment(id: database.lastInsertedRowID, request: request, queuedAt: date)
        let superseded = try waiting.map { older in
            var older = older
            let outcome = "superseded by deployment \(deployment.id) (\(request.commit.id.short))"
            older.finish(as: .superseded, outcome: outcome, at: date)
            try older.update(database, columns: ["stage", "outcome", "finished_at"])
            return older
        }
        return Enqueued(deployment: deployment, superseded: superseded)
    }

    /// The deployment of a push that polling or recovery found before its delivery arrived. If the branch has been at the
    /// commit before the push since then, the delivery is of a second push to the same commit, and there is none.
    static func foundBeforeDelivery(
        _ commit: CommitInfo, of branch: WatchedBranch, in database: Database
    ) throws -> Deployment? {
        let isHeld = try BranchState.fetch(of: branch, in: database).heldAt != nil
        let all = DeploymentRows.all(of: branch, at: commit.id)
        // A deployment that an operator's rollback superseded must not return because of its late delivery.
        let found = try (isHeld ? all : all.lasting).notChosenByOperator.filter("delivery IS NULL").fetchOne(database)
        guard let found, let before = commit.previous else { return found }
        let returned = DeploymentRows.all(of: branch, at: before).notChosenByOperator.filter("id > ?", found.id)
        return try returned.isEmpty(database) ? found : nil
    }

    /// Whether the head of the branch has to be queued: not if the newest deployment is of it, nor if an operator rolled back
    /// from it.
    static func lacks(
        head: CommitID, of branch: WatchedBranch, in database: Database
    ) throws -> Bool {
        let newest = try DeploymentRows.lasting(of: branch).fetchOne(database)
        guard newest?.commit != head else { return false }
        guard let hold = try BranchState.fetch(of: branch, in: database).decisions.hold.value else { return true }
        guard !hold.leaving.contains(head) else { return false }
        return try DeploymentRows.all(of: branch, at: head).isEmpty(database)
    }

    /// The commits of the deployments since the last one of a commit, newest first; of all if there is none.
    static func commits(
        since commit: CommitID, of branch: WatchedBranch, in database: Database
    ) throws -> [CommitID] {
        let newest = try DeploymentRows.all(of: branch).fetchAll(database, limit: 100).map(\.commit)
        return Array(newest.prefix { $0 != commit })
    }

    static func waiting(of branch: WatchedBranch) -> DeploymentRows {
        DeploymentRows.all(of: branch, in: .queued)
    }
}

extension Store {
    /// Queues a deployment and supersedes those of its branch that are still queued.
    package func enqueue(_ request: DeploymentRequest, at date: Date = Date()) async throws -> Deployment {
        let request = request.redacted(by: redactor)
        let queued = try await write {
            try DeploymentQueue.enqueue(request, at: date, in: $0)
        } publishing: {
            $0.changes
        }
        return queued.deployment
    }

    /// Queues the deployment of a push without a delivery, unless the delivery has arrived meanwhile. Like every new push it
    /// ends the hold of a rollback.
    package func enqueueMissed(_ request: DeploymentRequest, at date: Date = Date()) async throws -> Deployment? {
        let request = request.redacted(by: redactor)
        let (queued, _) = try await write { database -> (Deployment?, [EngineChange]) in
            guard
                try DeploymentQueue.lacks(
                    head: request.commit.id, of: request.branch, in: database)
            else { return (nil, []) }
            var request = request
            let recovered = try Delivery.undeployed(
                of: request.commit.id, branch: request.branch, in: database)
            (request.delivery, request.commit.pusher) = (recovered?.id, recovered?.push?.pusher)
            let queued = try DeploymentQueue.enqueue(request, at: date, in: database)
            try recovered?.note(deployment: queued.deployment.id, in: database)
            return (
                queued.deployment,
                queued.changes + (try BranchState.liftHold(of: request.branch, at: date, in: database))
            )
        } publishing: {
            $0.1
        }
        return queued
    }

    /// Supersedes a deployment because the branch has moved, and queues the head of the branch, unless the newest deployment
    /// is already of that head or an operator rolled back from it.
    /// - Returns: The deployment of the head, if one was queued.
    package func supersede(
        _ deployment: Deployment, with head: DeploymentRequest, outcome: String, at date: Date = Date()
    ) async throws -> Deployment? {
        let head = head.redacted(by: redactor)
        let (queued, _) = try await write { database -> (Deployment?, [EngineChange]) in
            var superseded = deployment
            superseded.finish(as: .superseded, outcome: outcome, at: date)
            superseded = try superseded.update(in: database)
            guard
                try DeploymentQueue.lacks(head: head.commit.id, of: head.branch, in: database)
            else { return (nil, [.deployment(superseded)]) }
            let queued = try DeploymentQueue.enqueue(head, at: date, in: database)
            let lifted = try BranchState.liftHold(of: head.branch, at: date, in: database)
            return (queued.deployment, [.deployment(superseded)] + queued.changes + lifted)
        } publishing: {
            $0.1
        }
        return queued
    }

    /// Cancels a queued deployment; a running or finished one stays unchanged.
    package func cancelQueued(_ id: Int64, at date: Date = Date()) async throws {
        _ = try await write { database -> Deployment? in
            guard var deployment = try Deployment.fetchOne(database, key: id), deployment.stage == .queued else {
                return nil
            }
            deployment.cancel(at: date)
            try deployment.update(database)
            return deployment
        } publishing: { cancelled in
            cancelled.map { [.deployment($0)] } ?? []
        }
    }

    /// The deployment to run next.
    package func nextQueued(of branch: WatchedBranch) async throws -> Deployment? {
        try await read { try DeploymentQueue.waiting(of: branch).oldestFirst.fetchOne($0) }
    }

    /// A newer deployment exists than the operator saw.
    package struct Conflict: Error {
        package let newest: Deployment
    }

    /// Queues the deployment of another commit and holds the branch there until the next push, in one transaction.
    /// - Parameters:
    ///   - head: The head of the branch, if it is known.
    ///   - seenNewest: The newest deployment that the operator saw; nil skips the check.
    /// - Throws: `Conflict`
    package func rollBack(
        _ request: DeploymentRequest, from head: CommitID? = nil, seenNewest: Int64?, at date: Date = Date()
    ) async throws -> Deployment {
        let (queued, _) = try await write { database -> (DeploymentQueue.Enqueued, BranchState) in
            let newest = try DeploymentRows.all(of: request.branch).fetchOne(database)
            if let seenNewest, let newest, newest.id != seenNewest { throw Conflict(newest: newest) }
            var state = try BranchState.fetch(of: request.branch, in: database)
            let left = try DeploymentQueue.commits(since: request.commit.id, of: request.branch, in: database)
            let hold = Hold(at: request.commit.id, leaving: [head].compactMap(\.self) + left)
            state.decisions.decide(hold: hold, at: date)
            try state.save(of: request.branch, in: database)
            return (try DeploymentQueue.enqueue(request, at: date, in: database), state)
        } publishing: {
            [.branch(request.branch, $0.1)] + $0.0.changes
        }
        return queued.deployment
    }
}
