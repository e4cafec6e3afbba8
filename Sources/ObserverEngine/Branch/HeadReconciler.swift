import Foundation
package import Logging
import Synchronization

/// Deploys the head of the branch where no delivery did: after a delivery that GitHub could not make, and after the loss of
/// the disk. Otherwise shows why the head is not deployed.
package final class HeadReconciler: Sendable {
    /// How often GitHub is asked again because a deployment was queued while it answered.
    private static let attempts = 3

    private let gitHub: GitHubClient
    private let store: Store
    private let status: BranchStatus
    private let identity: RepositoryIdentity
    private let rules: PushRules
    private let logger: Logger
    /// One comparison at a time, so that an older answer can't win.
    private let turn = AsyncLock()
    /// The last response of GitHub. "Not modified" does not count against the rate limit.
    /// Source: https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api
    private let last = Mutex<(head: GitHubBranch.Head, entityTag: String?, askedAt: Date)?>(nil)
    /// Why the head can't be deployed, where only GitHub's response shows it; until a deployment is queued after that.
    private let obstacle = Mutex<(sentence: String, newest: Int64)?>(nil)
    /// Whether the branch was missing at the last request, so that this is logged once.
    private let isMissing = Mutex(false)
    private let unannounced = UnannouncedDeployments()

    private var branch: WatchedBranch { status.branch }

    package init(
        gitHub: GitHubClient, store: Store, status: BranchStatus, identity: RepositoryIdentity,
        rules: PushRules = PushRules(), logger: Logger
    ) {
        self.gitHub = gitHub
        self.store = store
        self.status = status
        self.identity = identity
        self.rules = rules
        self.logger = logger
        store.feed.listen { [unannounced] in unannounced.note($0) }
    }

    /// - Parameter name: The operator who asked for it.
    /// - Throws: `GitHubError`, store errors.
    package func reconcile(_ trigger: Deployment.Trigger, by name: String? = nil) async throws {
        // On a new disk they may forbid the deployment; a target that does not respond is asked again before it.
        try await status.wait { $0.decisions != .pending }
        try await turn.withLock {
            for _ in 0..<Self.attempts {
                let newest = try await store.newestID(of: branch)
                guard let head = try await head(askedAfter: newest) else { return }
                let request = DeploymentRequest(
                    branch: branch, commit: head.info, trigger: trigger, requestedBy: name)
                switch try await compare(head, request, askedAfter: newest) {
                case .outdated: continue
                case .decided, .queued: return
                }
            }
        }
    }

    /// Shows why the head is not deployed, as far as the store knows it.
    package func showBlock() async throws {
        let skipped = try await store.skippedHead(of: branch).flatMap { isHead($0) ? $0 : nil }
        if let obstacle = obstacle.withLock(\.self), try await store.newestID(of: branch) == obstacle.newest {
            return show(obstacle.sentence)
        }
        let blocked = try await store.blockedHead(of: branch)
        // Its end is announced first, and this is called again after that.
        if let id = blocked?.block.deployment, unannounced.contains(id) { return }
        show(
            blocked.map {
                $0.block.sentence(of: $0.head, isHead: skipped?.wanted != $0.head, isPartial: $0.isPartial)
            })
        status.note(skipped: skipped?.sentence)
    }

    /// Whether the branch has not pointed elsewhere since the commit was skipped, as far as GitHub was asked.
    private func isHead(_ skipped: SkippedHead) -> Bool {
        guard let last = last.withLock(\.self), last.askedAt > skipped.at else { return true }
        return last.head.sha == skipped.commit
    }

    /// nil if there is no such branch.
    private func head(askedAfter newest: Int64) async throws -> GitHubBranch.Head? {
        do {
            let now = Date()
            let answer = try await gitHub.branch(branch.name, unlessMatching: last.withLock { $0?.entityTag })
            isMissing.withLock { $0 = false }
            return last.withLock { last in
                if let answer { last = (answer.branch.commit, answer.entityTag, now) }
                last?.askedAt = now
                return last?.head
            }
        } catch let error as GitHubError where error.reason == .notFound {
            noteMissingBranch(newest)
        } catch let error as GitHubError {
            guard case .branchRenamed(let name) = error.reason else { throw error }
            meet(
                "Branch \(branch.name) is gone: it was renamed to \(name.printable). Nothing is deployed. "
                    + "Set -branch to the new name, or push \(branch.name) again.", newest)
        }
        last.withLock { $0 = nil }
        return nil
    }

    /// A branch that was deployed before is gone; one that was not may be yet to come.
    private func noteMissingBranch(_ newest: Int64) {
        guard newest == 0 else {
            return meet(
                "Branch \(branch.name) is gone: it was deleted from \(branch.repository), or the token has lost access. "
                    + "Nothing is deployed. Push it again, or set -branch to another.", newest)
        }
        let isNew = isMissing.withLock { isKnown in
            defer { isKnown = true }
            return !isKnown
        }
        guard isNew else { return }
        logger.warning(
            "Branch \(branch.name) of \(branch.repository) does not exist yet. Push it, or set -branch to another.")
    }

    private func compare(
        _ head: GitHubBranch.Head, _ request: DeploymentRequest, askedAfter newest: Int64
    ) async throws -> Store.HeadOutcome {
        let history = try await store.history(of: head.sha, on: branch)
        // The failure may be that of the hold, which an operator has ended.
        let hasFailed =
            history.newest == nil && request.trigger != .resume ? try await hasReportedFailure(of: head.sha) : false
        if try await store.decision(on: head.sha, of: branch, hasReportedFailure: hasFailed) == .missed {
            do {
                try await identity.verify()
            } catch is RepositoryIdentity.Replaced {
                // Its sentence is shown already.
                return .decided(.known)
            }
            try await skipIfUnneeded(head)
        }
        let outcome = try await store.enqueueMissed(request, askedAfter: newest, hasReportedFailure: hasFailed)
        switch outcome {
        case .outdated: break
        case .decided(.blocked(.reportedFailure)):
            meet(HeadBlock.reportedFailure.sentence(of: head.sha), newest)
        case .decided(.blocked(.skipped(let skip))):
            meet(HeadBlock.skipped(skip).sentence(of: head.sha), newest)
        case .decided:
            obstacle.withLock { $0 = nil }
        case .queued(let deployment):
            logger.info(
                "Found an undeployed commit",
                metadata: [
                    .commit: "\(deployment.commit.short)", .deployment: "\(deployment.id)",
                    .trigger: "\(request.trigger.rawValue)",
                ])
        }
        try await showBlock()
        return outcome
    }

    /// Applies the rules on pushes to a head that no delivery announced.
    private func skipIfUnneeded(_ head: GitHubBranch.Head) async throws {
        var commit = head.info
        let state = try await store.branchState(of: branch)
        // On a new disk, the hold still names the head that an operator left.
        commit.previous = state.head ?? state.decisions.hold.value?.leaving.first
        var files: [String]?
        if rules.paths != nil, let previous = commit.previous, previous != commit.id {
            do {
                files = try await gitHub.changedFiles(from: previous, to: commit.id)
            } catch let error as GitHubError where error.concernsOneResource {
                logger.debug("Could not list the files changed since \(previous.short): \(error)")
            }
        }
        guard let skip = rules.skip(message: commit.message, changedFiles: files),
            try await store.skip(commit, because: skip, on: branch)
        else { return }
        logger.info(
            "The head of the branch needs no deployment",
            metadata: [.commit: "\(head.sha.short)", .reason: "\(skip.reason)"])
    }

    /// A status that the token may not read does not prevent the deployment.
    private func hasReportedFailure(of commit: CommitID) async throws -> Bool {
        do {
            return try await gitHub.hasReportedFailure(of: commit)
        } catch let error as GitHubError where error.concernsOneResource {
            logger.warning(
                "Could not check whether this commit failed before; deploying it. \(error)",
                metadata: [.commit: "\(commit.short)"])
            return false
        }
    }

    private func meet(_ sentence: String, _ newest: Int64) {
        obstacle.withLock { $0 = (sentence, newest) }
        show(sentence)
    }

    private func show(_ sentence: String?) {
        guard status.note(blocked: sentence), let sentence else { return }
        logger.warning("\(sentence)")
    }
}

/// The deployments that have not ended, and those whose end is yet to be announced.
private final class UnannouncedDeployments: Sendable {
    private let ids = Mutex<Set<Int64>>([])

    func note(_ change: EngineChange) {
        switch change {
        case .deployment(let deployment) where !deployment.stage.isFinal:
            ids.withLock { _ = $0.insert(deployment.id) }
        case .deployment(let deployment) where !deployment.isAnnouncedAtItsEnd: remove(deployment.id)
        case .announced(let id): remove(id)
        case .databaseRecreated: ids.withLock { $0.removeAll() }
        default: break
        }
    }

    func contains(_ id: Int64) -> Bool { ids.withLock { $0.contains(id) } }

    private func remove(_ id: Int64) { ids.withLock { _ = $0.remove(id) } }
}

extension Deployment {
    /// Whether `EngineChange.announced` follows.
    fileprivate var isAnnouncedAtItsEnd: Bool {
        switch stage {
        case .failed: true
        case .cancelled: startedAt != nil
        default: false
        }
    }
}

extension GitHubError {
    /// Whether GitHub and the token are fine, and only this resource is not available.
    fileprivate var concernsOneResource: Bool {
        switch reason {
        case .unreachable, .unavailable, .rateLimited, .tokenRefused, .forbidden(.singleSignOn): false
        case .forbidden, .notFound, .branchRenamed, .invalid, .unexpected: true
        }
    }
}
