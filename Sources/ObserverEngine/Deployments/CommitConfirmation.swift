import Logging

/// GitHub could not say what the branch points at.
struct HeadUnknown: DeploymentFailure {
    let error: GitHubError

    var isTokenRefused: Bool { error.reason == .tokenRefused }
    var description: String { "\(error) Nothing was applied." }
}

/// Confirms a commit against the head of its branch before it is deployed.
struct CommitConfirmation: Sendable {
    enum Answer {
        case confirmed
        case replaced(by: GitHubBranch.Head)
        case branchGone
    }

    /// How long GitHub's API may lag behind its webhooks before its answer is believed: the push was undone, or the branch
    /// was removed.
    private static let lagLimit = Duration.seconds(5)

    let gitHub: GitHubClient
    let logger: Logger

    /// - Throws: `HeadUnknown`, `CancellationError`
    func confirm(_ request: DeploymentRequest, until deadline: ContinuousClock.Instant) async throws -> Answer {
        // The choice of an operator is deployed whatever the branch points at.
        guard !Deployment.Trigger.operatorsChoices.contains(request.trigger) else { return .confirmed }
        do {
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
                comparison = try await retry {
                    try await unlessNotFound { try await gitHub.compare(base: request.commit.id, head: head.sha) }
                }
            }
            let check = HeadCheck.judge(
                commit: request.commit.id, previous: request.commit.previous, head: head?.sha, comparison: comparison)
            if check == .current { return .confirmed }
            let end = believed ?? .now + Self.lagLimit
            if check.isCertain || .now >= end { return head.map(Answer.replaced) ?? .branchGone }
            believed = end
            try await Task.sleep(for: .seconds(1))
        }
    }

    private func unlessNotFound<Value: Sendable>(_ ask: () async throws -> Value) async throws -> Value? {
        do {
            return try await ask()
        } catch let error as GitHubError where error.reason == .notFound {
            return nil
        }
    }
}
