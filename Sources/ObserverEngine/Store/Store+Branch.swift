import GRDB

/// The state of a branch.
extension Store {
    package func branchState(of branch: WatchedBranch) async throws -> BranchState {
        try await read { try BranchState.fetch(of: branch, in: $0) }
    }

    /// Changes the state of a branch.
    /// - Returns: The new state.
    @discardableResult
    package func changeBranchState(
        of branch: WatchedBranch, _ change: @escaping @Sendable (inout BranchState) -> Void
    ) async throws -> BranchState {
        try await write { database in
            var state = try BranchState.fetch(of: branch, in: database)
            change(&state)
            try state.save(of: branch, in: database)
            return state
        } publishing: {
            [.branch(branch, $0)]
        }
    }
}

extension BranchState {
    static func fetch(of branch: WatchedBranch, in database: Database) throws -> BranchState {
        let row = try Row.fetchOne(
            database, sql: "SELECT * FROM branch_state WHERE owner = ? AND repository = ? AND branch = ?",
            arguments: [branch.repository.owner, branch.repository.name, branch.name])
        guard let row else { return BranchState() }
        return BranchState(
            hookID: row["hook_id"], isHookRemoved: row["is_hook_removed"], isPaused: row["is_paused"],
            heldAt: (row["held_at"] as String?).flatMap(CommitID.init(_:)))
    }

    /// Ends the hold of an operator's rollback, because of a new push.
    static func liftHold(
        of branch: WatchedBranch, in database: Database
    ) throws -> [EngineChange] {
        var state = try BranchState.fetch(of: branch, in: database)
        guard state.heldAt != nil else { return [] }
        state.heldAt = nil
        try state.save(of: branch, in: database)
        return [.branch(branch, state)]
    }

    func save(of branch: WatchedBranch, in database: Database) throws {
        try database.execute(
            sql: """
                INSERT OR REPLACE INTO branch_state
                (owner, repository, branch, hook_id, is_hook_removed, is_paused, held_at) VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                branch.repository.owner, branch.repository.name, branch.name, hookID, isHookRemoved, isPaused,
                heldAt?.description,
            ])
    }
}
