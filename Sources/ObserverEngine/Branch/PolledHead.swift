/// What to do about the head of the branch that was found by looking, not told by a delivery.
package enum PolledHead: Equatable, Sendable {
    /// The newest deployment is of this commit already.
    case known
    /// It is not tried again until the branch moves or an operator asks for it, and why.
    case blocked(reason: String)
    /// Nobody told us of it, or a new disk forgot it: it becomes a deployment.
    case missed

    /// - Parameters:
    ///   - newest: The newest deployment of the branch that was neither superseded nor cut short; nil on a new disk.
    ///   - last: The newest deployment of the head itself that was neither superseded nor cut short.
    ///   - seen: The newest deployment of the head itself, whatever became of it.
    ///   - heldAt: The commit that an operator's rollback holds the branch at.
    ///   - hasFailedBefore: Whether our own commit status says that the head failed.
    package static func judge(
        head: CommitID, newest: Deployment?, last: Deployment?, seen: Deployment?, heldAt: CommitID?,
        hasFailedBefore: Bool
    ) -> PolledHead {
        if newest?.commit == head { return .known }
        if let last, last.stage == .failed {
            return .blocked(reason: "its deployment \(last.id) failed")
        }
        if let heldAt, let seen {
            return .blocked(
                reason: "the branch is held at \(heldAt.short) since it was rolled back from deployment \(seen.id)")
        }
        if newest == nil, hasFailedBefore {
            return .blocked(reason: "its commit status at GitHub says that it failed")
        }
        return .missed
    }
}
