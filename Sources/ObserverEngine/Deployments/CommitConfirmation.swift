import Logging

/// GitHub could not say what the branch points at.
struct HeadUnknown: DeploymentFailure {
    let error: GitHubError

    var isTokenRefused: Bool { error.rejectsToken }
    var isExternal: Bool { true }
    var description: String { "\(error) Nothing was applied." }
}

/// Confirms a commit against the head of its branch before it is deployed.
struct CommitConfirmation: Sendable {
    enum Answer {
        case confirmed
        case replaced(by: GitHubBranch.Head)
        /// The branch points at a newer commit, and while that is checked this one may be deployed.
        case overtaken(by: GitHubBranch.Head)
        case branchGone
    }

    /// How long GitHub may fail to compare two commits ("taking too long") before the head alone decides.
    private static let comparisonLimit = Duration.seconds(8)

    let source: CommitSource
    let store: Store
    let logger: Logger
    /// Whether a commit may be deployed that is older than the head of the branch, because the head waits for its checks.
    var allowsOlder = false
    /// The commit that was deployed last. No older one may be deployed.
    var deployed: CommitID?

    private var gitHub: GitHubClient { source.gitHub }

    /// Makes sure that GitHub's responses are about the watched repository.
    /// - Throws: `HeadUnknown`, `RepositoryIdentity.Replaced`, store errors, `CancellationError`
    func verifyRepository(until deadline: ContinuousClock.Instant) async throws {
        do {
            try await Retry(until: deadline, logger: logger) { try await source.identity.verify() }
        } catch let error as GitHubError {
            throw HeadUnknown(error: error)
        }
    }

    /// - Throws: `HeadUnknown`, `CancellationError`
    func confirm(_ request: DeploymentRequest, until deadline: ContinuousClock.Instant) async throws -> Answer {
        do {
            // The choice of an operator is deployed whatever the branch points at.
            guard request.trigger.followsBranch else { return .confirmed }
            return try await compare(request, until: deadline)
        } catch let error as GitHubError {
            throw HeadUnknown(error: error)
        }
    }

    private func compare(_ request: DeploymentRequest, until deadline: ContinuousClock.Instant) async throws -> Answer {
        let retry = Retry(until: deadline, logger: logger)
        // Counted from the first answer, which may have taken any time.
        var believed: ContinuousClock.Instant?
        while true {
            let head = try await retry {
                try await unlessNotFound { try await gitHub.branch(request.branch.name).commit }
            }
            var comparison: GitHubComparison.Status?
            if let head, head.sha != request.commit.id {
                comparison = try await comparisonOrNil(of: head.sha, with: request.commit.id, until: deadline)
            }
            let check = HeadCheck.judge(
                commit: request.commit.id, previous: request.commit.previous, head: head?.sha, comparison: comparison)
            if check == .current { return .confirmed }
            if let head, try await isUnneeded(head, onTopOf: request, comparison, until: deadline) { return .confirmed }
            if let head, allowsOlder, comparison == .ahead {
                return try await isOlderThanDeployed(request.commit.id, until: deadline)
                    ? .replaced(by: head) : .overtaken(by: head)
            }
            // After that the answer is believed: the push was undone, or the branch was removed.
            let end = believed ?? .now + PushEvent.gitHubLag
            if check.isCertain || .now >= end { return head.map(Answer.replaced) ?? .branchGone }
            believed = end
            try await Task.sleep(for: .seconds(1))
        }
    }

    /// Whether the rules on pushes skip the head, so that the commit should still run.
    private func isUnneeded(
        _ head: GitHubBranch.Head, onTopOf request: DeploymentRequest, _ comparison: GitHubComparison.Status?,
        until deadline: ContinuousClock.Instant
    ) async throws -> Bool {
        if let wanted = try await store.skipped(head.sha, of: request.branch)?.wanted {
            if wanted == request.commit.id { return true }
            // Without its delivery, the commit before the head was a guess, and may be older than this one.
            let isNewer = try await comparisonOrNil(of: wanted, with: request.commit.id, until: deadline) == .ahead
            if isNewer { return false }
        }
        // Its delivery may be on the way.
        guard comparison == .ahead, let skip = source.rules.skip(message: head.info.message) else { return false }
        var commit = head.info
        commit.previous = request.commit.id
        return try await store.skip(commit, because: skip, on: request.branch)
    }

    private func isOlderThanDeployed(
        _ commit: CommitID, until deadline: ContinuousClock.Instant
    ) async throws -> Bool {
        guard let deployed, deployed != commit else { return false }
        return try await comparisonOrNil(of: deployed, with: commit, until: deadline) == .ahead
    }

    /// nil if GitHub can't compare them.
    private func comparisonOrNil(
        of head: CommitID, with commit: CommitID, until deadline: ContinuousClock.Instant
    ) async throws -> GitHubComparison.Status? {
        do {
            return try await Retry(until: min(deadline, .now + Self.comparisonLimit), logger: logger) {
                try await gitHub.compare(base: commit, head: head)
            }
        } catch let error as GitHubError where !error.rejectsToken {
            if error.reason != .notFound { logger.warning("\(error) Deciding by the branch head alone.") }
            return nil
        }
    }

    private func unlessNotFound<Value: Sendable>(_ ask: () async throws -> Value) async throws -> Value? {
        do {
            return try await ask()
        } catch let error as GitHubError where error.meansNoBranch {
            return nil
        }
    }
}

/// Where the commits come from.
package struct CommitSource: Sendable {
    let gitHub: GitHubClient
    let identity: RepositoryIdentity
    let rules: PushRules

    package init(gitHub: GitHubClient, identity: RepositoryIdentity, rules: PushRules) {
        self.gitHub = gitHub
        self.identity = identity
        self.rules = rules
    }
}

/// Whether a queued commit still is the head of the branch: a late or repeated old push must not roll the apps back.
package enum HeadCheck: Equatable, Sendable {
    /// Deploy the commit.
    case current
    /// The branch points at this commit now, which is not older than the queued one.
    case movedOn(to: CommitID)
    /// The branch points at this older commit: either the API lags behind the webhook, or the push was reverted. Only time
    /// shows which.
    case older(head: CommitID)
    /// There is no such branch: again, only time shows whether that is so.
    case gone

    /// Whether checking again can't change the result.
    package var isCertain: Bool {
        switch self {
        case .current, .movedOn: true
        case .older, .gone: false
        }
    }

    /// - Parameters:
    ///   - head: The branch's head according to GitHub's API; nil if the API has no such branch.
    ///   - previous: The branch's head before the push.
    ///   - comparison: `head` compared with `commit`; nil if GitHub can't compare them, because the commit is gone.
    package static func judge(
        commit: CommitID, previous: CommitID?, head: CommitID?, comparison: GitHubComparison.Status?
    ) -> HeadCheck {
        guard let head else { return .gone }
        if head == commit || comparison == .identical { return .current }
        // The commit that the push replaced is not newer, even after a forced push.
        if head == previous || comparison == .behind { return .older(head: head) }
        return .movedOn(to: head)
    }
}
