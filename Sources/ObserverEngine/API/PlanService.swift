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

extension CommitResolver {
    /// The commit that an operator typed; nil is the head of the watched branch.
    /// - Throws: `ControlError`, `GitHubError`
    func wanted(_ text: String?) async throws -> Resolved {
        do {
            return try await resolve(try text.map { try CommitReference($0) })
        } catch let malformed as CommitReference.Malformed {
            throw ControlError.impossible("'\((text ?? "").printable)' \(malformed).")
        } catch let unknown as Unknown {
            throw ControlError.impossible(unknown.description.printable)
        }
    }
}
