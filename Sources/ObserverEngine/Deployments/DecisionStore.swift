/// Where the decisions of operators about a branch are stored outside the disk.
package protocol DecisionStore: Sendable {
    /// nil if none was ever stored.
    /// - Throws: `RetryableError` where the store does not respond.
    func recall(_ branch: WatchedBranch) async throws -> Decisions?

    /// Stores all decisions, instead of those before.
    func save(_ decisions: Decisions, of branch: WatchedBranch) async throws
}
