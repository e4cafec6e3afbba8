package import Logging

/// The last deployment that succeeded: its commit, the files that changed since, and its tree.
package struct LastSuccess: Sendable {
    private let store: Store
    private let gitHub: GitHubClient
    private let trees: CommitTrees
    private let logger: Logger

    package init(store: Store, gitHub: GitHubClient, trees: CommitTrees, logger: Logger) {
        self.store = store
        self.gitHub = gitHub
        self.trees = trees.forRollbacks()
        self.logger = logger
    }

    /// nil if no deployment has succeeded yet.
    package func commit(on branch: WatchedBranch) async throws -> CommitInfo? {
        try await store.lastSucceeded(of: branch)?.request.commit
    }

    /// The newest deployment after the last success whose changes were not undone; nil if there is none.
    package func leftover(before source: DeploymentSource) async throws -> CommitID? {
        try await store.leftover(on: source.branch, before: source.deployment)?.commit
    }

    /// The paths of the files that differ between two commits.
    /// - Returns: nil if GitHub does not know all of them.
    package func changedFiles(from old: CommitID, to new: CommitID) async throws -> [String]? {
        do {
            return try await gitHub.changedFiles(from: old, to: new)
        } catch let error as GitHubError {
            logger.warning("Could not list the files changed since \(old.short): \(error)")
            return nil
        }
    }

    /// Calls the body with the tree of an earlier commit.
    /// - Parameter limit: The time for the fetch.
    package func withTree<Value: Sendable>(
        of commit: CommitInfo, within limit: Duration, _ body: (DeploymentSource) async throws -> Value
    ) async throws -> Value {
        try await trees.withTree(of: commit, .everything, within: limit, body)
    }

    /// The newest deployment of a commit.
    package func deployment(of commit: CommitID, on branch: WatchedBranch) async throws -> Deployment? {
        try await store.newestDeployment(of: commit, on: branch)
    }
}
