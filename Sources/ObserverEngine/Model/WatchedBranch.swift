import Foundation

/// A branch of a repository on GitHub that this observer watches.
package struct WatchedBranch: Hashable, Sendable, CustomStringConvertible {
    package let repository: RepositoryName
    package let name: String

    package init(repository: RepositoryName, name: String) {
        self.repository = repository
        self.name = name
    }

    /// GitHub ignores the case of repository names, but not of branches.
    package func isSame(as other: WatchedBranch) -> Bool {
        repository.isSame(as: other.repository) && name == other.name
    }

    /// `owner/repository:branch`
    package var description: String { "\(repository):\(name)" }
}

/// `OWNER/REPOSITORY` on GitHub.
package struct RepositoryName: Hashable, Sendable, CustomStringConvertible {
    package let owner: String
    package let name: String

    package init(owner: String, name: String) {
        self.owner = owner
        self.name = name
    }

    /// Parses `OWNER/REPOSITORY`.
    package init?(fullName: String) {
        let parts = fullName.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts.contains("") else { return nil }
        self.init(owner: parts[0], name: parts[1])
    }

    package var description: String { "\(owner)/\(name)" }

    /// GitHub ignores the case of names.
    package func isSame(as other: RepositoryName) -> Bool {
        owner.lowercased() == other.owner.lowercased() && name.lowercased() == other.name.lowercased()
    }
}

/// Git's rules for branch names.
/// Source: https://git-scm.com/docs/git-check-ref-format
package enum BranchName {
    /// Why the text is not a valid branch name; nil if it is.
    package static func flaw(in text: String) -> String? {
        let forbidden: Set<Character> = [" ", "~", "^", ":", "?", "*", "[", "\\"]
        if text.isEmpty { return "it is empty" }
        if text.hasPrefix("refs/") { return "leave out refs/heads/" }
        if text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7f }) {
            return "it has control characters"
        }
        if let character = text.first(where: forbidden.contains) { return "it has the character '\(character)'" }
        if text.contains("..") || text.contains("@{") || text == "@" { return "it has '..' or '@{'" }
        if text.hasPrefix("-") { return "it begins with a dash" }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        if parts.contains(where: { $0.isEmpty || $0.hasPrefix(".") || $0.hasSuffix(".lock") }) || text.hasSuffix(".") {
            return "a part of it is empty, begins with a dot or ends in .lock"
        }
        return nil
    }
}

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
    package var heldAt: CommitID? { decisions.hold.value?.commit }

    /// The pause, for people; nil if deployments are not paused.
    package var pause: PauseSummary? {
        decisions.pause.value.map {
            PauseSummary(since: decisions.pause.at, until: $0.until, reason: $0.reason, by: $0.by)
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
        guard holdDeployment == nil, let hold = decisions.hold.value, let since = decisions.hold.at, pushedAt < since
        else { return nil }
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
