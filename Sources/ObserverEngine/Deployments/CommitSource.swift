/// Where the commits come from.
package struct CommitSource: Sendable {
    let gitHub: GitHubClient
    let identity: RepositoryIdentity

    package init(gitHub: GitHubClient, identity: RepositoryIdentity) {
        self.gitHub = gitHub
        self.identity = identity
    }
}
