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
