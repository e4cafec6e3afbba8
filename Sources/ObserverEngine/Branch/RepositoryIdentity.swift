import Foundation
package import Logging
import Synchronization

/// Recognizes the watched repository by GitHub's ID, whatever its name. A rename is followed; another repository under the
/// name stops deployments until an operator accepts it.
package final class RepositoryIdentity: Sendable {
    /// The name belongs to another repository now.
    package struct Replaced: DeploymentFailure {
        let name: RepositoryName
        let known: Int64
        let found: Int64

        package var description: String {
            "\(name) is another repository now: its GitHub ID is \(found) instead of \(known). Nothing is deployed. "
                + "If it was created again on purpose, run 'observer accept-repository'; otherwise set owner and repo to "
                + "the new name of the repository that was watched."
        }
    }

    private let gitHub: GitHubClient
    private let store: Store
    private let status: BranchStatus
    private let logger: Logger
    /// A name that a delivery of the watched repository carried.
    private let delivered = Mutex<RepositoryName?>(nil)
    /// The IDs that were logged.
    private let logged = Mutex<Set<Int64>>([])

    private var branch: WatchedBranch { status.branch }

    package init(gitHub: GitHubClient, store: Store, status: BranchStatus, logger: Logger) {
        self.gitHub = gitHub
        self.store = store
        self.status = status
        self.logger = logger
    }

    /// Whether deployments wait for an operator who accepts another repository.
    package var isReplaced: Bool { status.engine.otherRepositoryID != nil }

    /// The repository's name in rows of the store: for a push to the watched one, its name in the settings.
    /// - Parameter push: nil for other events, which are the webhook's own.
    package func name(of push: PushEvent?) -> RepositoryName {
        guard let push else { return branch.repository }
        let isWatched = push.isTo(branch.repository, id: status.repositoryID)
        if isWatched, push.repository != gitHub.repository { delivered.withLock { $0 = push.repository } }
        return isWatched ? branch.repository : push.repository
    }

    /// Makes sure that requests reach the watched repository. Remembers its ID at the first success, once the decisions at
    /// the target were read, which may name it.
    /// - Throws: `Replaced`, `GitHubError`, store errors.
    package func verify() async throws {
        let state = try await store.branchState(of: branch)
        guard let known = state.repositoryID else {
            let found = try await gitHub.find(gitHub.repository).id
            // On a new disk, the target may know another one.
            if status.engine.decisions.isKnown { try await remember(found) }
            return
        }
        var other: GitHubRepository?
        var missing: GitHubError?
        for name in names(state) {
            do {
                let found = try await gitHub.find(name)
                if found.id == known { return try await follow(found, state) }
                other = other ?? found
            } catch let error as GitHubError where error.reason == .notFound {
                missing = error
            }
        }
        if let other { throw stopped(by: other, known: known) }
        if let missing { throw missing }
    }

    /// The names to try: the current one, one that a delivery carried, the one of the settings.
    private func names(_ state: BranchState) -> [RepositoryName] {
        let all = [state.repositoryName, delivered.withLock(\.self), branch.repository].compactMap(\.self)
        return all.enumerated().filter { index, name in !all[..<index].contains(name) }
            .map(\.element)
    }

    private func remember(_ id: Int64) async throws {
        try await store.changeBranchState(of: branch) { $0.decisions.note(repository: id) }
        // Several services verify the repository at the start.
        guard logged.withLock({ $0.insert(id).inserted }) else { return }
        logger.debug("Repository \(branch.repository) has the GitHub ID \(id)")
    }

    private func follow(_ found: GitHubRepository, _ state: BranchState) async throws {
        if status.note(problem: nil, from: .repository) {
            status.update { $0.otherRepositoryID = nil }
            logger.info("Repository \(found.fullName) is the watched one again")
        }
        guard let current = RepositoryName(fullName: found.fullName) else { return }
        gitHub.use(current)
        let renamed = current == branch.repository ? nil : current
        guard renamed != state.repositoryName else { return }
        try await store.changeBranchState(of: branch) { $0.repositoryName = renamed }
        guard let renamed else { return }
        logger.warning(
            "Repository \(branch.repository) was renamed to \(renamed). Its pushes are still deployed; set owner and repo to the new name."
        )
    }

    private func stopped(by other: GitHubRepository, known: Int64) -> Replaced {
        let replaced = Replaced(name: branch.repository, known: known, found: other.id)
        if status.note(problem: replaced.description, from: .repository) {
            status.update { $0.otherRepositoryID = other.id }
            logger.error("\(replaced)")
        }
        return replaced
    }

    /// Continues with the repository that has the name of the settings now.
    /// - Parameters:
    ///   - id: The ID that the operator saw.
    ///   - name: The operator.
    /// - Returns: The ID that the name has; nothing was changed if it is another one.
    /// - Throws: `GitHubError`, store errors.
    package func accept(_ id: Int64, by name: String) async throws -> Int64 {
        let found = try await gitHub.find(branch.repository)
        guard found.id == id else { return found.id }
        delivered.withLock { $0 = nil }
        gitHub.use(branch.repository)
        status.note(problem: nil, from: .repository)
        status.update { $0.otherRepositoryID = nil }
        try await store.changeBranchState(of: branch) { state in
            state.decisions.decide(repository: id, at: Date())
            (state.repositoryName, state.head) = (nil, nil)
        }
        logger.warning("\(name) accepted the repository with the GitHub ID \(id) as \(branch.repository)")
        return id
    }
}
