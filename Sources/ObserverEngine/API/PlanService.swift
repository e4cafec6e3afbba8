/// Answers what a deployment would change.
package struct PlanService: Sendable {
    private let commits: CommitResolver
    private let planner: Planner

    package init(commits: CommitResolver, planner: Planner) {
        self.commits = commits
        self.planner = planner
    }

    /// - Throws: `ControlError`, target errors.
    func plan(_ request: PlanRequest) async throws -> PlanReport {
        do {
            return try await planner.plan(try await commits.wanted(request.ref).commit)
        } catch let error as GitHubError {
            throw ControlError.impossible(error.description)
        }
    }
}
