/// A branch of a repository at GitHub that this observer watches.
package struct WatchedBranch: Hashable, Sendable, CustomStringConvertible {
    package let repository: RepositoryName
    package let name: String

    package init(repository: RepositoryName, name: String) {
        self.repository = repository
        self.name = name
    }

    /// `owner/repository:branch`
    package var description: String { "\(repository):\(name)" }

    /// The names are the same to GitHub, which ignores the case of repository names but not of branch names.
    package func isSame(as other: WatchedBranch) -> Bool {
        name == other.name && repository.isSame(as: other.repository)
    }
}
