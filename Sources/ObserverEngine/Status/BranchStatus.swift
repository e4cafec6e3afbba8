package import Foundation
import Synchronization

/// The live state of a watched branch: what `/status`, the metrics and the dashboard show.
package final class BranchStatus: Sendable {
    /// The origin of a problem that an operator has to know.
    package enum ProblemSource: Int, Sendable {
        case storage, database, authentication, repository
    }

    private struct State {
        var engine: EngineState
        var hook: HookState
        var problems: [ProblemSource: String] = [:]
    }

    package let branch: WatchedBranch
    private let state: Mutex<State>
    private let feed: ChangeFeed

    /// - Parameter instance: Identifies this run of the process.
    package init(
        configuration: Configuration, instance: String, feed: ChangeFeed = ChangeFeed(), startedAt: Date = Date()
    ) {
        let branch = configuration.branch
        self.branch = branch
        self.feed = feed
        let engine = EngineState(branch: branch, version: Version.current, instance: instance, startedAt: startedAt) {
            $0.webURL = configuration.gitHub.api.gitHubWebURL
            $0.publicNode = configuration.server.publicNode
            $0.marathonURL = configuration.marathon.url?.description
            $0.gitHub.address = configuration.gitHub.api.description
            switch configuration.deployment.target {
            case .marathon:
                $0.target = DependencyState(name: "Marathon", address: configuration.marathon.url?.description)
            case .compose: $0.target = DependencyState(name: "Container engine")
            case .command: break
            }
            $0.pollSeconds = Int(configuration.gitHub.pollInterval.seconds)
            $0.deployTimeoutSeconds = configuration.deployment.timeout.seconds
        }
        state = Mutex(State(engine: engine, hook: HookState(of: branch)))
        feed.listenToBranches { [weak self] changed, state in
            if changed == nil || changed == branch { self?.note(state) }
        }
    }

    package var engine: EngineState { state.withLock(\.engine) }
    package var hook: HookState { state.withLock(\.hook) }
    /// GitHub's ID of the webhook. Every delivery reads it, so it is not copied with the rest of the state.
    var hookID: Int? { state.withLock { $0.hook.id } }
    /// GitHub's ID of the watched repository, once it is known.
    var repositoryID: Int64? { state.withLock { $0.engine.repositoryID } }

    func update(_ change: (inout EngineState) -> Void) {
        state.withLock { state in
            change(&state.engine)
            feed.post([.engine(branch, state.engine)])
        }
    }

    /// Waits until the state meets the condition.
    /// - Throws: `CancellationError`
    func wait(until isMet: (EngineState) -> Bool) async throws {
        let changes = feed.signals { [branch] in if case .engine(branch, _) = $0 { true } else { false } }
        if isMet(engine) { return }
        for await _ in changes where isMet(engine) { return }
        throw CancellationError()
    }

    func updateHook(_ change: (inout HookState) -> Void) {
        state.withLock { state in
            change(&state.hook)
            (state.hook.repository, state.hook.branch) = (branch.repository.description, branch.name)
            feed.post([.hook(branch, state.hook)])
        }
    }

    /// Shows what the store remembers about the branch.
    func note(_ state: BranchState) {
        update { engine in
            (engine.isPaused, engine.pause) = (state.isPaused, state.pause)
            engine.hold = state.hold
            engine.heldAt = state.hold?.commit.description
            engine.repositoryID = state.repositoryID
            engine.renamedTo = state.repositoryName?.description
        }
    }

    /// - Parameter problem: A sentence, or nil once it is over.
    /// - Returns: Whether it was not known yet.
    @discardableResult
    func note(problem: String?, from source: ProblemSource) -> Bool {
        state.withLock { state in
            guard state.problems[source] != problem else { return false }
            state.problems[source] = problem
            let sentences = state.problems.sorted { $0.key.rawValue < $1.key.rawValue }.map(\.value)
            state.engine.problem = sentences.isEmpty ? nil : sentences.joined(separator: " ")
            feed.post([.engine(branch, state.engine)])
            return true
        }
    }

    /// - Parameter blocked: Why the head of the branch is deliberately not deployed, as a sentence.
    /// - Returns: Whether it was not known yet.
    func note(blocked: String?) -> Bool {
        state.withLock { state in
            guard state.engine.blocked != blocked else { return false }
            state.engine.blocked = blocked
            feed.post([.engine(branch, state.engine)])
            return true
        }
    }

    /// - Parameter skipped: Why the head of the branch needs no deployment, as a sentence.
    func note(skipped: String?) {
        guard engine.skipped != skipped else { return }
        update { $0.skipped = skipped }
    }

    func note(rateLimitRemaining: Int) {
        guard engine.rateLimitRemaining != rateLimitRemaining else { return }
        update { $0.rateLimitRemaining = rateLimitRemaining }
    }

    func note(marathon url: ServiceURL) {
        guard engine.marathonURL != url.description else { return }
        update { engine in
            engine.marathonURL = url.description
            engine.target?.address = url.description
        }
    }

    func note(gitHub observation: DependencyObservation, at now: Date = Date()) {
        state.withLock { state in
            let before = state.engine.gitHub.condition
            guard state.engine.gitHub.note(observation, at: now) || observation.isFailure else { return }
            post(state.engine, state.engine.gitHub, before)
        }
    }

    func note(target observation: DependencyObservation, at now: Date = Date()) {
        state.withLock { state in
            guard var target = state.engine.target else { return }
            let before = target.condition
            guard target.note(observation, at: now) || observation.isFailure else { return }
            state.engine.target = target
            post(state.engine, target, before)
        }
    }

    /// A failure is published each time: a deployment that just started has not received the ones before it.
    private func post(_ engine: EngineState, _ dependency: DependencyState, _ before: DependencyState.Condition) {
        let isNews = dependency.condition != before || dependency.condition != .reachable
        feed.post([.engine(branch, engine)] + (isNews ? [.dependency(branch, dependency)] : []))
    }
}
