package import Logging

/// May a deployment start now, and which?
package struct DeploymentGate: Sendable {
    let authentication: Authentication
    let decisions: DecisionKeeper
    package var review: QueueReview
    private let identity: RepositoryIdentity
    private let store: Store
    private let branch: WatchedBranch
    private let logger: Logger

    package init(
        authentication: Authentication, decisions: DecisionKeeper, review: QueueReview, identity: RepositoryIdentity,
        store: Store, branch: WatchedBranch, logger: Logger
    ) {
        self.authentication = authentication
        self.decisions = decisions
        self.review = review
        self.identity = identity
        self.store = store
        self.branch = branch
        self.logger = logger
    }

    /// Returns once GitHub accepts the token and the target was asked for the decisions of operators. If it did not
    /// respond, it is asked again before anything is applied.
    /// - Throws: `CancellationError`
    func open() async throws {
        try await authentication.granted()
        try await decisions.asked()
    }

    /// Whether an operator paused deployments.
    var isPaused: Bool {
        get async throws {
            try await store.branchState(of: branch).isPaused
        }
    }

    /// Another repository that has the name stops deployments until it is gone or accepted.
    /// - Throws: store errors, `CancellationError`
    func isRepositoryWatched() async throws -> Bool {
        guard identity.isReplaced else { return true }
        do {
            try await identity.verify()
            return true
        } catch is RepositoryIdentity.Replaced {
            return false
        } catch let error as GitHubError {
            logger.warning("\(error)")
            return false
        }
    }
}
