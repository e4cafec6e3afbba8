package import Logging

/// Fetches the trees of commits: to read them, or to roll back. They do not wait for a deployment.
package struct CommitTrees: Sendable {
    /// A tree is not available now.
    enum Unavailable: DeploymentFailure {
        case overdue(CommitID, limit: Duration)
        case busy

        var isExternal: Bool { true }

        var description: String {
            switch self {
            case .overdue(let commit, let limit):
                "The source of \(commit.short) was not downloaded and unpacked within \(limit.brief)."
            case .busy: "Too many other commits are being read. Retry later."
            }
        }
    }

    /// How many may wait for their turn.
    private static let waitingLimit = 16

    private let gitHub: GitHubClient
    private let branch: WatchedBranch
    private let stateDirectory: String
    private let logger: Logger
    private var workspace = Workspace.reading
    /// Limits the use of the disk.
    private var turns = AsyncLock()

    package init(gitHub: GitHubClient, branch: WatchedBranch, stateDirectory: String, logger: Logger) {
        self.gitHub = gitHub
        self.branch = branch
        self.stateDirectory = stateDirectory
        self.logger = logger
    }

    /// The same for rollbacks, which do not wait for plans and reads of the apps, and the other way round.
    func forRollbacks() -> CommitTrees {
        var trees = self
        (trees.workspace, trees.turns) = (Workspace.restoring, AsyncLock())
        return trees
    }

    /// Calls the body with the unpacked tree, which is removed afterwards.
    /// - Parameters:
    ///   - selection: The part of the tree that is needed.
    ///   - limit: The time for the fetch, without the wait for others.
    /// - Throws: `SourceFailure`, `Unavailable`, and an error of the body.
    func withTree<Value: Sendable>(
        of commit: CommitInfo, _ selection: TreeSelection, within limit: Duration,
        _ body: (DeploymentSource) async throws -> Value
    ) async throws -> Value {
        do {
            return try await turns.withLock(waiting: Self.waitingLimit) {
                try await Workspace.with(workspace, in: stateDirectory, logger: logger) { workspace in
                    let tree = try await fetch(commit.id, selection, into: workspace, within: limit)
                    return try await body(
                        DeploymentSource(root: tree.root, branch: branch, commit: commit, leftOut: tree.leftOut))
                }
            }
        } catch is AsyncLock.Busy {
            throw Unavailable.busy
        }
    }

    private func fetch(
        _ commit: CommitID, _ selection: TreeSelection, into workspace: String, within limit: Duration
    ) async throws -> SourceFetch.Tree {
        do {
            return try await SourceFetch(gitHub: gitHub, logger: logger)
                .fetch(commit, selection, into: workspace, until: .now + limit)
        } catch SourceFailure.timedOut {
            throw Unavailable.overdue(commit, limit: limit)
        }
    }
}
