package import Logging

/// Fetches the trees of commits to read them. Nothing is deployed from them, and they do not wait for a deployment.
package struct CommitTrees: Sendable {
    private let gitHub: GitHubClient
    private let branch: WatchedBranch
    private let stateDirectory: String
    private let logger: Logger
    /// Limits the use of the disk.
    private let turns = AsyncLock()

    package init(gitHub: GitHubClient, branch: WatchedBranch, stateDirectory: String, logger: Logger) {
        self.gitHub = gitHub
        self.branch = branch
        self.stateDirectory = stateDirectory
        self.logger = logger
    }

    /// Calls the body with the unpacked tree, which is removed afterwards.
    /// - Parameter selection: The part of the tree that is needed.
    /// - Throws: `SourceFailure`, and an error of the body.
    func withTree<Value: Sendable>(
        of commit: CommitInfo, _ selection: TreeSelection, until deadline: ContinuousClock.Instant,
        _ body: (DeploymentSource) async throws -> Value
    ) async throws -> Value {
        try await turns.withLock {
            try await Workspace.with(Workspace.reading, in: stateDirectory, logger: logger) { workspace in
                let tree = try await SourceFetch(gitHub: gitHub, logger: logger)
                    .fetch(commit.id, selection, into: workspace, until: deadline)
                return try await body(
                    DeploymentSource(root: tree.root, branch: branch, commit: commit, leftOut: tree.leftOut))
            }
        }
    }
}
