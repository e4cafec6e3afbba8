package import Foundation
import GRDB

/// The table of deployments as a queue: one of a branch runs, at most one waits.
enum DeploymentQueue {
    struct Enqueued: Sendable {
        let deployment: Deployment
        let superseded: [Deployment]
    }

    /// Adds a deployment; those of its branch that wait make room for it.
    static func enqueue(_ request: DeploymentRequest, at date: Date, in database: Database) throws -> Enqueued {
        var deployment = Deployment(id: 0, request: request, queuedAt: date)
        try deployment.insert(database)
        deployment = Deployment(id: database.lastInsertedRowID, request: request, queuedAt: date)
        let superseded = try waiting(of: request.branch)
            .filter(Column("id") != deployment.id)
            .fetchAll(database)
            .map { older in
                var older = older
                older.finish(as: .superseded, outcome: "superseded by the newer \(request.commit.id.short)", at: date)
                try older.update(database)
                return older
            }
        return Enqueued(deployment: deployment, superseded: superseded)
    }

    /// The deployment of a push that we noticed before its delivery came. Where the branch was meanwhile at what the push
    /// replaced, it is another push, back to the same commit.
    static func foundByLooking(
        _ commit: CommitInfo, of branch: WatchedBranch, in database: Database
    ) throws -> Deployment? {
        let all = all(of: branch)
        let isHeld = try BranchState.fetch(of: branch, in: database).heldAt != nil
        // What an operator's rollback superseded is not to come back by the delivery of it.
        let found = try (isHeld ? all.order(Column("id").desc) : lasting(of: branch))
            .filter(Column("commit_id") == commit.id.description)
            .filter(Column("delivery") == nil)
            .filter(!operatorsChoices.contains(Column("trigger")))
            .fetchOne(database)
        guard let found, let before = commit.previous else { return found }
        let returned = all.filter(Column("id") > found.id)
            .filter(Column("commit_id") == before.description)
            .filter(!operatorsChoices.contains(Column("trigger")))
        return try returned.isEmpty(database) ? found : nil
    }

    /// Whether the head of the branch is to be queued: not where its newest deployment is of it, nor where an operator
    /// went back from it.
    static func lacks(
        head: CommitID, of branch: WatchedBranch, in database: Database
    ) throws -> Bool {
        let newest = try lasting(of: branch).fetchOne(database)
        guard newest?.commit != head else { return false }
        guard try BranchState.fetch(of: branch, in: database).heldAt != nil else { return true }
        return try all(of: branch)
            .filter(Column("commit_id") == head.description)
            .isEmpty(database)
    }

    private static let operatorsChoices = Deployment.Trigger.operatorsChoices.map(\.rawValue)

    /// Those that say something about their commit, newest first: neither superseded nor cut short.
    static func lasting(of branch: WatchedBranch) -> QueryInterfaceRequest<Deployment> {
        all(of: branch)
            .filter(Column("stage") != Deployment.Stage.superseded.rawValue)
            .without(outcomes: Deployment.outcomesOfInterruption)
            .order(Column("id").desc)
    }

    static func waiting(of branch: WatchedBranch) -> QueryInterfaceRequest<Deployment> {
        all(of: branch).filter(Column("stage") == Deployment.Stage.queued.rawValue)
    }

    static func all(of branch: WatchedBranch) -> QueryInterfaceRequest<Deployment> {
        Deployment
            .filter(Column("owner").collating(.nocase) == branch.repository.owner)
            .filter(Column("repository").collating(.nocase) == branch.repository.name)
            .filter(Column("branch") == branch.name)
    }
}

extension QueryInterfaceRequest<Deployment> {
    func without(outcomes: [String]) -> Self {
        filter(Column("outcome") == nil || !outcomes.contains(Column("outcome")))
    }
}

extension Store {
    /// Queues a deployment; those of its branch that wait are superseded.
    package func enqueue(_ request: DeploymentRequest, at date: Date = Date()) async throws -> Deployment {
        let request = request.redacted(by: redactor)
        let queued = try await write { try DeploymentQueue.enqueue(request, at: date, in: $0) }
        feed.post([.deployment(queued.deployment)] + queued.superseded.map { .deployment($0) })
        return queued.deployment
    }

    /// Queues the deployment of a push that no delivery told us of, unless one did meanwhile; like every new push it lifts
    /// the hold of a rollback.
    package func enqueueMissed(_ request: DeploymentRequest, at date: Date = Date()) async throws -> Deployment? {
        let request = request.redacted(by: redactor)
        let (queued, lifted) = try await write { database -> (DeploymentQueue.Enqueued?, [EngineChange]) in
            guard
                try DeploymentQueue.lacks(
                    head: request.commit.id, of: request.branch, in: database)
            else { return (nil, []) }
            var request = request
            let recovered = Delivery.filter(
                Column("commit_id") == request.commit.id.description && Column("deployment") == nil
                    && Column("verdict") == Delivery.Verdict.accepted.rawValue)
            var delivery = try recovered.order(Column("id").desc).fetchOne(database)
            (request.delivery, request.commit.pusher) = (delivery?.id, delivery?.push?.pusher)
            let queued = try DeploymentQueue.enqueue(request, at: date, in: database)
            delivery?.deployment = queued.deployment.id
            try delivery?.update(database)
            return (queued, try BranchState.liftHold(of: request.branch, in: database))
        }
        guard let queued else { return nil }
        feed.post([.deployment(queued.deployment)] + queued.superseded.map { .deployment($0) } + lifted)
        return queued.deployment
    }

    /// Gives up a waiting or running deployment because the branch points elsewhere, and queues the branch's head, unless
    /// the newest deployment of the branch was already of that head, or an operator went back from it.
    /// - Returns: The deployment of the head, where one was queued.
    package func supersede(
        _ deployment: Deployment, with head: DeploymentRequest, outcome: String, at date: Date = Date()
    ) async throws -> Deployment? {
        let head = head.redacted(by: redactor)
        let (superseded, queued, lifted) = try await write { database in
            var superseded = deployment
            superseded.finish(as: .superseded, outcome: outcome, at: date)
            superseded = try superseded.update(in: database)
            guard
                try DeploymentQueue.lacks(head: head.commit.id, of: head.branch, in: database)
            else { return (superseded, DeploymentQueue.Enqueued?.none, [EngineChange]()) }
            return (
                superseded, try DeploymentQueue.enqueue(head, at: date, in: database),
                try BranchState.liftHold(of: head.branch, in: database)
            )
        }
        feed.post([.deployment(superseded)])
        if let queued {
            feed.post([.deployment(queued.deployment)] + queued.superseded.map { .deployment($0) } + lifted)
        }
        return queued?.deployment
    }

    /// Ends a deployment that still waits; one that runs or has ended is left as it is.
    package func cancelQueued(_ id: Int64, at date: Date = Date()) async throws {
        let cancelled = try await write { database -> Deployment? in
            guard var deployment = try Deployment.fetchOne(database, key: id), deployment.stage == .queued else {
                return nil
            }
            deployment.finish(as: .failed, outcome: Deployment.cancelledOutcome, at: date)
            try deployment.update(database)
            return deployment
        }
        if let cancelled { feed.post([.deployment(cancelled)]) }
    }

    /// The deployment whose turn it is.
    package func nextQueued(of branch: WatchedBranch) async throws -> Deployment? {
        try await read { try DeploymentQueue.waiting(of: branch).order(Column("id")).fetchOne($0) }
    }

    /// A deployment has come since the operator looked.
    package struct Moved: Error {
        package let newest: Deployment
    }

    /// Queues the deployment of an earlier commit and holds the branch there until the next push, in one transaction.
    /// - Parameter seenNewest: The newest deployment that the operator saw; nil where it does not matter.
    /// - Throws: `Moved`
    package func rollBack(
        _ request: DeploymentRequest, seenNewest: Int64?, at date: Date = Date()
    ) async throws -> Deployment {
        let (queued, state) = try await write { database in
            let newest = try DeploymentQueue.all(of: request.branch)
                .order(Column("id").desc)
                .fetchOne(database)
            if let seenNewest, let newest, newest.id != seenNewest { throw Moved(newest: newest) }
            var state = try BranchState.fetch(of: request.branch, in: database)
            state.heldAt = request.commit.id
            try state.save(of: request.branch, in: database)
            return (try DeploymentQueue.enqueue(request, at: date, in: database), state)
        }
        feed.post(
            [.branch(request.branch, state), .deployment(queued.deployment)]
                + queued.superseded.map { EngineChange.deployment($0) })
        return queued.deployment
    }
}
