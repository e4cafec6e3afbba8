/// What is remembered about a branch besides its deliveries and deployments.
package struct BranchState: Equatable, Sendable {
    /// The id of the webhook that this observer registered.
    package var hookID: Int?
    /// An operator removed the webhook: it stays removed until an operator registers it again.
    package var isHookRemoved = false
    /// Deliveries are accepted, but no deployment starts.
    package var isPaused = false
    /// The commit at which an operator's rollback holds the branch, until the next push or until an operator resumes.
    package var heldAt: CommitID?

    package init(
        hookID: Int? = nil, isHookRemoved: Bool = false, isPaused: Bool = false, heldAt: CommitID? = nil
    ) {
        self.hookID = hookID
        self.isHookRemoved = isHookRemoved
        self.isPaused = isPaused
        self.heldAt = heldAt
    }
}
