package import Logging

/// Deploys the head of the branch where no delivery did: after a delivery that GitHub could not make, and after the loss of
/// the disk.
package actor BranchHead {
    private let gitHub: GitHubClient
    private let store: Store
    private let branch: WatchedBranch
    private let status: BranchStatus
    private let logger: Logger
    /// The head at the last request. "Not modified" costs nothing of the rate limit.
    /// Source: https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api
    private var last: (head: GitHubBranch.Head, entityTag: String?)?

    package init(gitHub: GitHubClient, store: Store, branch: WatchedBranch, status: BranchStatus, logger: Logger) {
        self.gitHub = gitHub
        self.store = store
        self.branch = branch
        self.status = status
        self.logger = logger
    }

    /// - Throws: `GitHubError`, `CancellationError`, and what the store throws.
    package func deployIfMissed(_ trigger: Deployment.Trigger) async throws {
        // On a new disk they may forbid the deployment; a Marathon that does not answer is asked again before it.
        try await status.wait { $0.decisions != .pending }
        do {
            let answer = try await gitHub.branch(branch.name, unlessMatching: last?.entityTag)
            if let answer { last = (answer.branch.commit, answer.entityTag) }
        } catch let error as GitHubError where error.reason == .notFound {
            return logger.debug("Branch \(branch.name) of \(branch.repository) does not exist yet.")
        }
        guard let head = last?.head else { return }
        switch try await decision(on: head.sha) {
        case .known:
            status.note(blocked: nil)
        case .blocked(let reason):
            let sentence = "Head \(head.sha.short) is not deployed: \(reason). Push again, or deploy it manually."
            guard status.engine.blocked != sentence else { return }
            status.note(blocked: sentence)
            logger.warning("\(sentence)", metadata: [.commit: "\(head.sha.short)"])
        case .missed:
            status.note(blocked: nil)
            try await deploy(head, trigger)
        }
    }

    private func decision(on head: CommitID) async throws -> HeadDecision {
        let past = try await store.history(of: branch, commit: head)
        let hasFailedBefore = past.newest == nil ? try await hasReportedFailure(of: head) : false
        return .decide(
            head: head, newest: past.newest, last: past.last, seen: past.seen, hold: past.state.decisions.hold.value,
            hasFailedBefore: hasFailedBefore)
    }

    /// A status that the token may not read does not prevent the deployment.
    private func hasReportedFailure(of commit: CommitID) async throws -> Bool {
        do {
            return try await gitHub.hasReportedFailure(of: commit)
        } catch let error as GitHubError where error.concernsOneResource {
            logger.warning(
                "Could not check whether this commit failed before; deploying it. \(error)",
                metadata: [.commit: "\(commit.short)"])
            return false
        }
    }

    private func deploy(_ head: GitHubBranch.Head, _ trigger: Deployment.Trigger) async throws {
        let request = DeploymentRequest(branch: branch, commit: head.info, trigger: trigger)
        guard let queued = try await store.enqueueMissed(request) else { return }
        logger.info(
            "Found an undeployed commit",
            metadata: [
                .commit: "\(head.sha.short)", .deployment: "\(queued.id)", .trigger: "\(trigger.rawValue)",
            ])
    }
}

extension GitHubError {
    /// Whether GitHub and the token are fine, and only this resource is not available.
    fileprivate var concernsOneResource: Bool {
        switch reason {
        case .forbidden, .notFound, .invalid, .unexpected: true
        case .unreachable, .unavailable, .rateLimited, .tokenRefused: false
        }
    }
}
