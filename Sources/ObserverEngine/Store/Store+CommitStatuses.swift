import GRDB

/// The rows that the commit statuses on GitHub depend on.
extension Store {
    /// The commits that GitHub may show as pending: those of deployments that have not ended, and of interrupted ones that
    /// were not queued again, until a deployment has ended since.
    func pendingCommits(of branch: WatchedBranch) async throws -> Set<CommitID> {
        try await read { database in
            let ended = try [.succeeded, .failed, .cancelled]
                .compactMap { (stage: Deployment.Stage) in
                    try DeploymentRows.all(of: branch, in: stage).fetchOne(database)?.id
                }.max()
            let abandoned = try DeploymentQueue.abandonedInterruptions(of: branch, in: database)
                .filter { $0.id > ended ?? 0 }
            let open = try Deployment.Stage.allCases.filter { !$0.isFinal }
                .flatMap { try DeploymentRows.all(of: branch, in: $0).fetchAll(database) }
            return Set(
                try (open + abandoned).map(\.commit)
                    .filter { try DeploymentQueue.isPending($0, on: branch, in: database) })
        }
    }

    /// The interrupted deployments since the last success whose commits were not queued again, because a newer one was
    /// queued, or an operator has left them.
    func abandonedInterruptions(of branch: WatchedBranch) async throws -> [Deployment] {
        try await read { try DeploymentQueue.abandonedInterruptions(of: branch, in: $0) }
    }

    /// Whether the deployments that came with the hold of a branch have changed nothing at the target so far.
    /// - Returns: false without a hold, and for one whose deployments are not known any more.
    func isHoldUnstarted(_ state: BranchState, on branch: WatchedBranch) async throws -> Bool {
        guard let commit = state.heldCommit, let first = state.holdDeployment else { return false }
        return try await read { database in
            let rows = try DeploymentRows.all(of: branch, at: commit).ofWholeCommit.filter("id >= ?", first)
                .fetchAll(database, limit: DeploymentQueue.limit)
            return !rows.isEmpty && !rows.contains(where: \.hasReachedTarget)
        }
    }

    /// Whether a deployment of a commit has changed something at the target.
    func wasDeployed(_ commit: CommitID, on branch: WatchedBranch) async throws -> Bool {
        try await read { database in
            try DeploymentRows.all(of: branch, at: commit).ofWholeCommit
                .fetchAll(database, limit: DeploymentQueue.limit).contains(where: \.hasReachedTarget)
        }
    }
}

extension DeploymentQueue {
    fileprivate static func abandonedInterruptions(
        of branch: WatchedBranch, in database: Database
    ) throws -> [Deployment] {
        let success = try DeploymentRows.all(of: branch, in: .succeeded).fetchOne(database)
        return try DeploymentRows.all(of: branch, in: .interrupted).ofWholeCommit.filter("id > ?", success?.id ?? 0)
            .fetchAll(database, limit: limit)
            .filter { row in
                let newest = try DeploymentRows.all(of: branch, at: row.commit).ofWholeCommit.fetchOne(database)
                return newest?.id == row.id
            }
    }

    /// Whether a deployment of a commit has started or waits, and none since has reported how it ended.
    fileprivate static func isPending(
        _ commit: CommitID, on branch: WatchedBranch, in database: Database
    ) throws -> Bool {
        try DeploymentRows.all(of: branch, at: commit).ofWholeCommit.fetchAll(database, limit: limit)
            .prefix(while: \.leavesStatusOpen).contains(where: \.isShownAsPending)
    }
}

extension Deployment {
    /// Whether the newer deployment that replaced it is of the same commit, and reports its status.
    var isSupersededByItsCommit: Bool {
        if case .superseded(_, let newer) = ending { newer == commit } else { false }
    }

    /// Whether it has not ended, or another deployment of its commit reports the status.
    fileprivate var leavesStatusOpen: Bool {
        switch stage {
        case .queued, .fetching, .validating, .applying, .waiting, .interrupted: true
        case .failed: retry != nil
        case .superseded: isSupersededByItsCommit
        case .succeeded, .cancelled: false
        }
    }

    fileprivate var isShownAsPending: Bool {
        startedAt != nil || wait != nil || unapprovedPlan != nil || request.attempt > 1
    }

    /// Whether it changes something at the target, or has done so.
    fileprivate var hasReachedTarget: Bool {
        leavesChanges || stage == .succeeded || stage == .applying || stage == .waiting || !externalIDs.isEmpty
    }
}
