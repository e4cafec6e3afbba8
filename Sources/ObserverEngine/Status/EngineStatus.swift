package import Foundation
import Synchronization

/// How the engine is right now: what `/status`, the metrics and the dashboard show.
package final class EngineStatus: Sendable {
    private struct State {
        var engine: EngineState
        var hook = HookState()
    }

    private let state: Mutex<State>
    private let feed: ChangeFeed

    package init(
        configuration: Configuration, instance: String, feed: ChangeFeed = ChangeFeed(), startedAt: Date = Date()
    ) {
        self.feed = feed
        state = Mutex(
            State(
                engine: EngineState(
                    owner: configuration.branch.repository.owner, repository: configuration.branch.repository.name,
                    branch: configuration.branch.name, version: Version.current, instance: instance,
                    startedAt: startedAt,
                    publicNode: configuration.publicNode, marathonURL: configuration.marathon?.description)))
        feed.listen { [weak self] change in
            if case .branch(let branch) = change { self?.note(branch) }
        }
    }

    package var engine: EngineState { state.withLock(\.engine) }
    package var hook: HookState { state.withLock(\.hook) }

    func update(_ change: (inout EngineState) -> Void) {
        let now = state.withLock { state in
            change(&state.engine)
            return state.engine
        }
        feed.post([.engine(now)])
    }

    /// Returns once the engine's state meets the condition.
    /// - Throws: `CancellationError`
    func wait(until isMet: (EngineState) -> Bool) async throws {
        let changes = feed.signals { if case .engine = $0 { true } else { false } }
        if isMet(engine) { return }
        for await _ in changes where isMet(engine) { return }
        throw CancellationError()
    }

    func updateHook(_ change: (inout HookState) -> Void) {
        let now = state.withLock { state in
            change(&state.hook)
            return state.hook
        }
        feed.post([.hook(now)])
    }

    /// Shows what is remembered of the branch.
    func note(_ branch: BranchState) {
        update { engine in
            engine.isPaused = branch.isPaused
            engine.heldAt = branch.heldAt?.description
        }
    }

    /// - Parameter blocked: Why the head of the branch is not deployed, as a sentence.
    func note(blocked: String?) {
        guard engine.blocked != blocked else { return }
        update { $0.blocked = blocked }
    }

    func note(rateLimitRemaining: Int) {
        guard engine.rateLimitRemaining != rateLimitRemaining else { return }
        update { $0.rateLimitRemaining = rateLimitRemaining }
    }

    func note(marathon url: ServiceURL) {
        update { $0.marathonURL = url.description }
    }
}
