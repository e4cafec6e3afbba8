package import Foundation
import GRDB

/// The head of the branch that GitHub reports, compared with the deployments.
extension Store {
    /// The result of a comparison.
    package enum HeadOutcome: Sendable {
        /// The branch was deployed in the meantime: the answer may be older than that.
        case outdated
        case decided(HeadDecision)
        case queued(Deployment)
    }

    /// A point in the history of the branch: an answer that was requested before it may be older than the next deployment.
    package func newestID(of branch: WatchedBranch) async throws -> Int64 {
        try await read { try DeploymentQueue.newestID(of: branch, in: $0) }
    }

    package func history(of head: CommitID, on branch: WatchedBranch) async throws -> HeadDecision.History {
        try await read { try DeploymentQueue.history(of: head, on: branch, in: $0) }
    }

    /// Queues the head of the branch if no delivery did. Like every new push it ends a hold.
    /// - Parameters:
    ///   - newest: The newest deployment when GitHub was asked for the head.
    ///   - hasReportedFailure: Whether the observer's own commit status reports a failure of the head.
    package func enqueueMissed(
        _ request: DeploymentRequest, askedAfter newest: Int64, hasReportedFailure: Bool = false,
        at date: Date = Date()
    ) async throws -> HeadOutcome {
        let request = request.redacted(by: redactor)
        let (branch, head) = (request.branch, request.commit.id)
        return try await write { [queue] database -> (HeadOutcome, [EngineChange]) in
            guard try DeploymentQueue.newestID(of: branch, in: database) == newest else { return (.outdated, []) }
            // GitHub's API lags behind its webhooks. A branch that has really returned to a commit is found later.
            let newestPushes = try DeploymentQueue.pushes(of: branch).fetchAll(database, limit: 10)
            let isReplaced = newestPushes.contains { push in
                push.request.trigger == .delivery && push.request.commit.previous == head
                    && (0..<PushEvent.gitHubLag.seconds).contains(date.timeIntervalSince(push.queuedAt))
            }
            guard !isReplaced else { return (.decided(.known), []) }
            let decision = try SkippedHeads.decision(
                on: head, of: branch, hasReportedFailure: hasReportedFailure, in: database)
            if let wanted = try SkippedHeads.wanted(at: head, of: branch, in: database) {
                try BranchState.note(head: wanted, of: branch, in: database)
            }
            guard decision == .missed else { return (.decided(decision), []) }
            var request = try SkippedHeads.request(for: request, in: database)
            let own = try Delivery.undeployed(of: request.commit.id, branch: branch, in: database)
            request.delivery = own?.id
            request.commit.pusher = own?.push?.pusher ?? request.commit.pusher
            let queued = try queue.enqueue(request, at: date, in: database)
            let overtaken = try Delivery.noteOvertaken(of: branch, in: database)
            let lifted = try BranchState.liftHold(of: branch, at: date, in: database)
            return (
                .queued(queued.deployment), queued.changes + overtaken.map { .delivery($0) } + lifted
            )
        } publishing: {
            $0.1
        }.0
    }

    /// Why the head of the branch is not deployed automatically, as far as the store knows it, and whether changes of it were
    /// left at the target.
    package func blockedHead(
        of branch: WatchedBranch
    ) async throws -> (head: CommitID, block: HeadBlock, isPartial: Bool)? {
        try await read { database in
            let state = try BranchState.fetch(of: branch, in: database)
            guard
                let head = try state.head ?? DeploymentQueue.pushes(of: branch).fetchOne(database)?.commit
            else { return nil }
            let decision = try SkippedHeads.decision(on: head, of: branch, in: database)
            // Its deployment may still succeed.
            if try DeploymentRows.all(of: branch, at: head).fetchOne(database)?.isRunning == true { return nil }
            guard case .blocked(let block) = decision,
                try !DeploymentQueue.runsAnyway(head, despite: block, on: branch, in: database)
            else { return nil }
            let success = try DeploymentRows.all(of: branch, in: .succeeded).ofWholeCommit.fetchOne(database)
            let left = DeploymentRows.all(of: branch, at: head).filter("leaves_changes AND id > ?", success?.id ?? 0)
            return (head, block, try !left.isEmpty(database))
        }
    }
}

extension DeploymentQueue {
    /// Whether the head was deployed last, and what blocks it changed nothing: a newer deployment of it that never
    /// started, a correction of drift that failed, or a hold whose deployment has not changed anything yet.
    fileprivate static func runsAnyway(
        _ head: CommitID, despite block: HeadBlock, on branch: WatchedBranch, in database: Database
    ) throws -> Bool {
        let success = try DeploymentRows.all(of: branch, in: .succeeded).ofWholeCommit.fetchOne(database)
        let last = success?.commit
        if case .held = block {
            let later = DeploymentRows.all(of: branch).ofWholeCommit
                .filter("id > ? AND leaves_changes", success?.id ?? 0)
            return try last == head && later.fetchAll(database).allSatisfy { !$0.stage.isFinal }
        }
        guard let id = block.deployment, let row = try Deployment.fetchOne(database, key: id), !row.leavesChanges
        else { return false }
        if case .failed = block, row.request.trigger != .drift { return false }
        return last == row.commit
    }

    /// 0 without any.
    static func newestID(of branch: WatchedBranch, in database: Database) throws -> Int64 {
        try DeploymentRows.all(of: branch).fetchOne(database)?.id ?? 0
    }
}
