/// Finds the commit that an operator means. GitHub is asked before anything is queued.
package struct CommitResolver: Sendable {
    /// No commit fits.
    package struct Unknown: Error, CustomStringConvertible {
        package let description: String
    }

    /// A commit, and where the branch is.
    package struct Resolved: Sendable {
        package let commit: CommitInfo
        /// nil if the branch does not exist.
        package let head: CommitID?

        package var isHead: Bool { commit.id == head }
    }

    private let gitHub: GitHubClient
    private let branch: WatchedBranch

    package init(gitHub: GitHubClient, branch: WatchedBranch) {
        self.gitHub = gitHub
        self.branch = branch
    }

    /// - Parameter reference: nil is the head of the watched branch.
    /// - Throws: `Unknown`, `GitHubError`
    package func resolve(_ reference: CommitReference?) async throws -> Resolved {
        guard let reference, reference != .head else {
            let head = try await watchedHead()
            return Resolved(commit: head.info, head: head.sha)
        }
        let head = try await head()?.sha
        for name in reference.candidates {
            guard let found = try await find(name), reference.admits(found.sha) else { continue }
            return Resolved(commit: found.info, head: head)
        }
        throw Unknown(
            description: "'\(reference)' is not a branch, a tag or a commit of \(gitHub.repository)"
                + (reference.isShort ? ", or several commits begin with it." : "."))
    }

    private func watchedHead() async throws -> GitHubBranch.Head {
        do {
            return try await gitHub.branch(branch.name).commit
        } catch let error as GitHubError where error.reason == .notFound {
            throw Unknown(
                description: "The branch \(branch.name) does not exist in \(gitHub.repository), or the token has no "
                    + "access to it.")
        }
    }

    /// The head of the branch; nil if there is no such branch.
    func head() async throws -> GitHubBranch.Head? {
        do {
            return try await gitHub.branch(branch.name).commit
        } catch let error as GitHubError where error.meansNoBranch {
            return nil
        }
    }

    private func find(_ name: String) async throws -> GitHubBranch.Head? {
        do {
            return try await gitHub.commit(name)
        } catch let error as GitHubError where error.meansUnknownCommit {
            return nil
        }
    }
}

extension GitHubError {
    /// Whether the branch does not exist, or is now another one.
    var meansNoBranch: Bool {
        switch reason {
        case .notFound, .branchRenamed: true
        default: false
        }
    }

    /// 404, and GitHub's 422 "No commit found for SHA". An empty repository answers 409.
    fileprivate var meansUnknownCommit: Bool {
        switch reason {
        case .notFound, .invalid: true
        case .unexpected(let status, _): status == 409
        default: false
        }
    }
}
