package import struct Foundation.Date

/// The commit at which an operator's choice holds the branch, and the choice.
package struct HoldSummary: Codable, Equatable, Sendable {
    package enum Cause: String, Codable, Sendable, CaseIterable {
        /// A commit other than the head was deployed.
        case deploy
        case rollback
    }

    /// The end of the hold.
    package enum End: String, Codable, Sendable, CaseIterable {
        /// The next push to the branch, or an operator.
        case push
        /// Only an operator.
        case resume

        /// `until the next push or 'observer resume'`
        package var words: String {
            switch self {
            case .push: "until the next push or 'observer resume'"
            case .resume: "until 'observer resume'"
            }
        }
    }

    package let commit: CommitID
    /// nil if the hold was restored from a version that did not store it.
    package let cause: Cause?
    /// nil if the hold was restored without the history.
    package let deployment: Int64?
    package var until = End.push
    /// In one or more lines.
    package var reason: String?
    /// The name of the operator; nil if it is not known.
    package var by: String?
    package var since: Date?

    package init(commit: CommitID, cause: Cause?, deployment: Int64?) {
        self.commit = commit
        self.cause = cause
        self.deployment = deployment
    }

    /// Whether it keeps a deployment from starting. A push ends any hold but one that only an operator ends; a push that an
    /// operator replays ends none.
    package func keepsBack(_ request: DeploymentRequest) -> Bool {
        (until == .resume || request.isReplay) && commit != request.commit.id && request.trigger.followsBranch
    }

    /// Whether an operator has left the commit of an earlier push, which is not deployed again. A hold that only an operator
    /// ends keeps the push back instead.
    func leaves(_ earlier: DeploymentRequest) -> Bool {
        until == .push && commit != earlier.commit.id && earlier.trigger.followsBranch
    }

    /// States that it outlives a deployment of its commit; nil for another commit.
    package func sentenceOnCancelling(deploymentOf other: String) -> String? {
        other == commit.description ? "The branch stays on hold at \(commit.short)." : nil
    }

    /// `220be73 (rollback by ann, deployment 12: slow queries)`, with the first line of the reason.
    package var summary: String {
        let choice =
            switch cause {
            case .rollback: "rollback" + (by.map { " by \($0)" } ?? "")
            case .deploy: "deployed by \(by ?? "an operator")"
            case nil: "chosen by \(by ?? "an operator")"
            }
        let place = deployment.map { ", deployment \($0)" } ?? ""
        return "\(commit.short) (\(choice)\(place)\(reason.map { ": \($0.headline)" } ?? ""))"
    }
}
