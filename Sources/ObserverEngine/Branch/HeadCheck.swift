/// Whether a commit is still what the branch points at: a late or repeated old push must not roll the apps back.
package enum HeadCheck: Equatable, Sendable {
    /// Go on with the commit.
    case current
    /// The branch points at this commit now, which is not older than ours.
    case movedOn(to: CommitID)
    /// The branch points at this older commit: either the API lags behind the webhook, or somebody took ours back. Only
    /// time tells.
    case older(head: CommitID)
    /// There is no such branch: as with an older head only time tells.
    case gone

    /// Whether asking again can't show anything else.
    package var isCertain: Bool {
        switch self {
        case .current, .movedOn: true
        case .older, .gone: false
        }
    }

    /// - Parameters:
    ///   - head: What GitHub's API says the branch points at; nil where it knows no such branch.
    ///   - previous: What the branch pointed at before the push.
    ///   - comparison: How `head` stands to `commit`; nil where GitHub can't compare them, because ours is gone.
    package static func judge(
        commit: CommitID, previous: CommitID?, head: CommitID?, comparison: GitHubComparison.Status?
    ) -> HeadCheck {
        guard let head else { return .gone }
        if head == commit || comparison == .identical { return .current }
        // What the push replaced is not newer, even after a forced push.
        if head == previous || comparison == .behind { return .older(head: head) }
        return .movedOn(to: head)
    }
}
