/// The commit at which an operator's choice holds the branch, and the choice.
package struct HoldSummary: Codable, Equatable, Sendable {
    package enum Cause: String, Codable, Sendable, CaseIterable {
        /// A commit other than the head was deployed.
        case deploy
        case rollback
    }

    package let commit: CommitID
    /// nil where the hold was restored from a version that did not store it.
    package let cause: Cause?
    /// nil where the hold was restored without the history.
    package let deployment: Int64?

    package init(commit: CommitID, cause: Cause?, deployment: Int64?) {
        self.commit = commit
        self.cause = cause
        self.deployment = deployment
    }

    /// `220be73 (rollback, deployment 12)`
    package var summary: String {
        let choice =
            switch cause {
            case .rollback: "rollback"
            case .deploy: "deployed by an operator"
            case nil: "chosen by an operator"
            }
        return "\(commit.short) (\(choice)\(deployment.map { ", deployment \($0)" } ?? ""))"
    }
}
