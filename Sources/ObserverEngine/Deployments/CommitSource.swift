/// Where the commits come from.
package struct CommitSource: Sendable {
    let gitHub: GitHubClient
    let identity: RepositoryIdentity
    let rules: PushRules

    package init(gitHub: GitHubClient, identity: RepositoryIdentity, rules: PushRules) {
        self.gitHub = gitHub
        self.identity = identity
        self.rules = rules
    }
}
