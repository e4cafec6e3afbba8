import Foundation

/// The stored state of a branch, apart from its deliveries and deployments.
package struct BranchState: Equatable, Sendable {
    /// The ID of the webhook that this observer registered.
    package var hookID: Int?
    package var decisions: Decisions
    /// The deployment that came with the hold; nil if the hold was restored without the history.
    package var holdDeployment: Int64?
    /// The repository's current name on GitHub, if it was renamed since the settings were written.
    package var repositoryName: RepositoryName?
    /// The head of the branch, as far as GitHub's responses and the deliveries show it.
    package var head: CommitID?

    package init(
        hookID: Int? = nil, decisions: Decisions = Decisions(), holdDeployment: Int64? = nil,
        repositoryName: RepositoryName? = nil, head: CommitID? = nil
    ) {
        self.hookID = hookID
        self.decisions = decisions
        self.holdDeployment = holdDeployment
        self.repositoryName = repositoryName
        self.head = head
    }

    package var isHookRemoved: Bool { decisions.hookRemoval.value }
    package var isPaused: Bool { decisions.pause.value != nil }
    /// GitHub's ID of the repository. It survives a rename, and another repository has another one.
    package var repositoryID: Int64? { decisions.repository.value }
    package var heldCommit: CommitID? { decisions.hold.value?.commit }

    /// The pause, for people; nil if deployments are not paused.
    package var pause: PauseSummary? {
        decisions.pause.value.map { pause in
            var summary = PauseSummary(
                since: decisions.pause.at, until: pause.until, reason: pause.reason, by: pause.by)
            if let change = pause.change {
                summary.since = change.pausedAt
                (summary.changedAt, summary.changedBy) = (decisions.pause.at, change.by)
            }
            return summary
        }
    }

    /// The hold, for people; nil if the branch is not held.
    package var hold: HoldSummary? {
        decisions.hold.value.map { hold in
            var summary = HoldSummary(commit: hold.commit, cause: hold.cause, deployment: holdDeployment)
            (summary.until, summary.reason, summary.by) = (hold.until, hold.reason, hold.by)
            summary.since = decisions.hold.at
            return summary
        }
    }

    /// The commit of a hold that was restored without the history and is newer than a push, which may have been delivered
    /// before the disk was lost.
    func restoredHold(since pushedAt: Date) -> CommitID? {
        holdDeployment == nil ? hold(since: pushedAt) : nil
    }

    /// The commit of a hold that is newer than a push.
    func hold(since pushedAt: Date) -> CommitID? {
        guard let hold = decisions.hold.value, let since = decisions.hold.at, pushedAt < since else { return nil }
        return hold.commit
    }

    /// Adopts the newer ones of the decisions, which are stored at the target.
    mutating func recall(_ stored: Decisions) {
        let held = decisions.hold
        decisions = decisions.merged(with: stored)
        if decisions.hold != held { holdDeployment = nil }
    }

    /// Ends a hold.
    mutating func endHold(at now: Date) {
        decisions.decide(hold: nil, at: now)
        holdDeployment = nil
    }
}
