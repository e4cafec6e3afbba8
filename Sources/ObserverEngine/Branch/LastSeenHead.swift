/// The head of the branch when we last looked, so that GitHub need not tell it again while it stands still: an answer
/// "not modified" costs nothing of the rate limit.
/// Source: https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api
actor LastSeenHead {
    private var head: GitHubBranch.Head?
    private var entityTag: String?

    /// - Throws: `GitHubError`
    func refresh(_ gitHub: GitHubClient, branch: String) async throws -> GitHubBranch.Head? {
        let answer = try await gitHub.branch(branch, unlessItIs: entityTag)
        if let answer { (head, entityTag) = (answer.branch.commit, answer.entityTag) }
        return head
    }
}
