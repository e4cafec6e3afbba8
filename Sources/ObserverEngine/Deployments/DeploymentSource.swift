/// The tree of a commit, ready to be planned and applied.
package struct DeploymentSource: Sendable {
    /// The directory with the unpacked tree.
    package let root: String
    package let branch: WatchedBranch
    package let commit: CommitInfo
    /// Applies unchanged apps too.
    package let isForced: Bool

    package init(root: String, branch: WatchedBranch, commit: CommitInfo, isForced: Bool = false) {
        self.root = root
        self.branch = branch
        self.commit = commit
        self.isForced = isForced
    }
}
