/// The decision about a head of the branch that was found by polling or recovery, not by a delivery.
package enum HeadDecision: Equatable, Sendable {
    /// The newest deployment is of this commit already.
    case known
    /// Not deployed until the branch moves or an operator deploys it, and why.
    case blocked(reason: String)
    /// No delivery announced it, or the disk was lost: it is to be deployed.
    case missed

    /// - Parameters:
    ///   - newest: The branch's newest deployment that was neither superseded nor interrupted; nil on a new disk.
    ///   - last: The head's newest deployment that was neither superseded nor interrupted.
    ///   - seen: The head's newest deployment, whatever its result.
    ///   - hold: The operator's rollback that holds the branch.
    ///   - hasFailedBefore: Whether the observer's own commit status reports a failure of the head.
    package static func decide(
        head: CommitID, newest: Deployment?, last: Deployment?, seen: Deployment?, hold: Hold?,
        hasFailedBefore: Bool
    ) -> HeadDecision {
        if newest?.commit == head { return .known }
        if let last, last.stage == .failed || last.stage == .cancelled {
            return .blocked(reason: "its deployment \(last.id) \(last.stage == .failed ? "failed" : "was cancelled")")
        }
        if let hold, let seen {
            return .blocked(
                reason: "the branch is on hold at \(hold.commit.short) since the rollback from deployment \(seen.id)")
        }
        if let hold, hold.leaving.contains(head) {
            return .blocked(reason: "the branch is on hold at \(hold.commit.short) since the rollback from it")
        }
        if newest == nil, hasFailedBefore {
            return .blocked(reason: "its commit status at GitHub is failure")
        }
        return .missed
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
    ///   - head: The branch's head according to GitHub's API; nil where the API has no such branch.
    ///   - previous: The branch's head before the push.
    ///   - comparison: `head` compared with `commit`; nil where GitHub can't compare them, because the commit is gone.
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
