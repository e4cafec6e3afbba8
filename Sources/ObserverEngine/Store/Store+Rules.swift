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

    /// Ends a deployment that never started, because a rule can't be met.
    func failQueued(_ deployment: Deployment, outcome: String, at date: Date = Date()) async throws {
        let outcome = redactor.redact(outcome)
        try await changeQueued(deployment) { $0.finish(as: .failed, outcome: outcome, at: date) }
    }

    /// Supersedes the queued deployments that are older than this one: it is about to start, or its checks have passed.
    func supersedeQueued(before newer: Deployment, at date: Date = Date()) async throws {
        _ = try await write { database -> [Deployment] in
            let older = try DeploymentQueue.waiting(of: newer.request.branch).filter("id < ?", newer.id)
                .fetchAll(database)
            return try DeploymentQueue.supersede(older, by: newer, at: date, in: database)
        } publishing: { superseded in
            superseded.map { .deployment($0) }
        }
    }

    /// Whether the head of the branch was pushed after a deployment and has not started. A head that was missed is queued.
    func isOvertaken(_ older: Deployment, by head: DeploymentRequest, at date: Date = Date()) async throws -> Bool {
        let head = head.redacted(by: redactor)
        return try await write { [queue] database -> (Bool, [EngineChange]) in
            let newest = try DeploymentRows.all(of: head.branch, at: head.commit.id).fetchOne(database)
            if let newest { return (newest.id > older.id && newest.startedAt == nil, []) }
            try BranchState.note(head: head.commit.id, of: head.branch, in: database)
            return (true, try queue.enqueue(head, at: date, in: database).changes)
        } publishing: {
            $0.1
        }.0
    }

    /// The newest deployment of the branch, if it failed because its checks did not pass.
    func newestUnchecked(of branch: WatchedBranch) async throws -> Deployment? {
        try await read { try DeploymentRows.lasting(of: branch).fetchOne($0) }.flatMap { newest in
            newest.stage == .failed && newest.startedAt == nil ? newest : nil
        }
    }

    /// Queues the commit of a deployment again whose checks have passed since, unless a newer deployment exists.
    func requeueUnchecked(_ failed: Deployment, at date: Date = Date()) async throws -> Deployment? {
        let queued = try await write { [queue] database -> DeploymentQueue.Enqueued? in
            let newest = try DeploymentRows.lasting(of: failed.request.branch).fetchOne(database)
            guard newest?.id == failed.id else { return nil }
            return try queue.enqueue(failed.request, at: date, in: database)
        } publishing: {
            $0?.changes ?? []
        }
        return queued?.deployment
    }

    /// Stores an operator's approval of the plan that a queued deployment waits with.
    /// - Parameter plan: The plan that the operator saw.
    /// - Returns: The deployment; it is unchanged if it does not wait with this plan.
    func approve(_ id: Int64, plan: String, by author: String, at date: Date = Date()) async throws -> Deployment? {
        try await write { database -> Deployment? in
            guard var deployment = try Deployment.fetchOne(database, key: id), deployment.stage == .queued,
                deployment.planID == plan, let changes = deployment.unapprovedPlan
            else { return nil }
            deployment.request.approval = PlanApproval(of: changes, by: author, at: date)
            deployment.unapprovedPlan = nil
            deployment.wait = nil
            try deployment.update(database)
            return deployment
        } publishing: { approved in
            approved.map { [.deployment($0)] } ?? []
        }
    }

    /// Ends a queued deployment at an operator's request.
    /// - Returns: Whether it was queued.
    func cancelQueued(_ deployment: Deployment, outcome: String, at date: Date = Date()) async throws -> Bool {
        let outcome = redactor.redact(outcome)
        return try await changeQueued(deployment) { $0.finish(as: .cancelled, outcome: outcome, at: date) }
    }

    @discardableResult
    private func changeQueued(
        _ deployment: Deployment, _ change: @escaping @Sendable (inout Deployment) -> Void
    ) async throws -> Bool {
        try await write { database -> Deployment? in
            guard var queued = try Deployment.fetchOne(database, key: deployment.id), queued.isSame(as: deployment),
                queued.stage == .queued
            else { return nil }
            change(&queued)
            try queued.update(database)
            return queued
        } publishing: { changed in
            changed.map { [.deployment($0)] } ?? []
        } != nil
    }
}
