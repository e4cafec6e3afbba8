package import Logging

/// Compares the head of the branch with what was deployed, whoever told of it: nothing that GitHub could not deliver, and
/// nothing that a new disk forgot, stays undone.
package struct BranchHead: Sendable {
    private let gitHub: GitHubClient
    private let store: Store
    private let branch: WatchedBranch
    private let status: BranchStatus
    private let logger: Logger
    private let lastSeen = LastSeenHead()

    package init(gitHub: GitHubClient, store: Store, branch: WatchedBranch, status: BranchStatus, logger: Logger) {
        self.gitHub = gitHub
        self.store = store
        self.branch = branch
        self.status = status
        self.logger = logger
    }

    /// Queues the head where nobody told us of it.
    /// - Parameter trigger: What made us look.
    /// - Throws: `GitHubError`, and what the store throws.
    package func deployIfMissed(_ trigger: Deployment.Trigger) async throws {
        let head: GitHubBranch.Head?
        do {
            head = try await lastSeen.refresh(gitHub, branch: branch.name)
        } catch let error as GitHubError where error.reason == .notFound {
            return logger.debug("GitHub knows no branch \(branch.name) of \(branch.repository) yet.")
        }
        if let head { try await judge(head, trigger) }
    }

    /// What a token may not read is no reason not to deploy.
    private func hasReportedFailure(of commit: CommitID) async throws -> Bool {
        do {
            return try await gitHub.hasReportedFailure(of: commit)
        } catch let error as GitHubError where error.isOfOneResource {
            logger.warning(
                "Whether the head failed before is not known, so it is deployed. \(error)",
                metadata: [.commit: "\(commit.short)"])
            return false
        }
    }

    private func judge(_ head: GitHubBranch.Head, _ trigger: Deployment.Trigger) async throws {
        let past = try await store.history(of: branch, commit: head.sha)
        let hasFailedBefore = past.newest == nil ? try await hasReportedFailure(of: head.sha) : false
        let verdict = PolledHead.judge(
            head: head.sha, newest: past.newest, last: past.last, seen: past.seen,
            heldAt: past.state.heldAt, hasFailedBefore: hasFailedBefore)
        switch verdict {
        case .known:
            status.note(blocked: nil)
        case .blocked(let reason):
            let sentence = "The head \(head.sha.short) is not deployed: \(reason). Push again, or deploy it by hand."
            guard status.engine.blocked != sentence else { return }
            status.note(blocked: sentence)
            logger.warning("\(sentence)", metadata: [.commit: "\(head.sha.short)"])
        case .missed:
            status.note(blocked: nil)
            let request = DeploymentRequest(
                branch: branch, commit: head.info, trigger: trigger)
            guard let queued = try await store.enqueueMissed(request) else { return }
            logger.info(
                "Found a push that was not deployed",
                metadata: [
                    .commit: "\(head.sha.short)", .deployment: "\(queued.id)", .trigger: "\(trigger.rawValue)",
                ])
        }
    }
}

extension GitHubError {
    /// GitHub is well, and the token too; it is this one thing that we can't have.
    fileprivate var isOfOneResource: Bool {
        switch reason {
        case .forbidden, .notFound, .invalid, .unexpected: true
        case .unreachable, .unavailable, .rateLimited, .tokenRefused: false
        }
    }
}
