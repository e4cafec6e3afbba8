/// Answers what a deployment would change.
package struct PlanService: Sendable {
    private let gitHub: GitHubClient
    private let branch: WatchedBranch
    private let planner: Planner

    package init(gitHub: GitHubClient, branch: WatchedBranch, planner: Planner) {
        self.gitHub = gitHub
        self.branch = branch
        self.planner = planner
    }

    /// - Throws: `ControlError`; what the target throws.
    func plan(_ request: PlanRequest) async throws -> PlanReport {
        do {
            return try await planner.plan(try await find(request.ref))
        } catch let error as GitHubError {
            throw ControlError.impossible(error.description)
        }
    }

    private func find(_ ref: String?) async throws -> CommitInfo {
        guard let ref, ref.lowercased() != "head" else { return try await gitHub.branch(branch.name).commit.info }
        do {
            return try await gitHub.commit(ref).info
        } catch let error as GitHubError where error.reason == .notFound || error.isInvalid {
            throw ControlError.impossible(
                "'\(ref.printable)' is not a branch, a tag or a commit of \(branch.repository).")
        }
    }
}

extension GitHubError {
    /// GitHub's answer to a short commit id that is unknown or ambiguous.
    fileprivate var isInvalid: Bool { if case .invalid = reason { true } else { false } }
}
