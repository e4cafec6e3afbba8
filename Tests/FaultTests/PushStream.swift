import Simulators
import Synchronization

/// Pushes, one after the other, each with a spec of its own, and what became of their deliveries.
final class PushStream: Sendable {
    private struct State {
        var pushes: [GitHubSimulator.Push] = []
        /// The status of the answer by the delivery's GUID; the best one where it was delivered several times.
        var answers: [String: Int] = [:]
    }

    private let gitHub: GitHubSimulator
    private let state = Mutex(State())

    init(to gitHub: GitHubSimulator) {
        self.gitHub = gitHub
    }

    var all: [GitHubSimulator.Push] { state.withLock(\.pushes) }

    /// Those that the observer took: it must never lose one of them.
    var acknowledged: [GitHubSimulator.Push] {
        state.withLock { state in state.pushes.filter { state.answers[$0.guid] == 202 } }
    }

    /// Pushes once more, delivers it, and waits for the answer or its absence.
    /// - Parameter isTold: Whether GitHub tells us at once; otherwise `tell` does it later.
    @discardableResult
    func push(isTold: Bool = true) async throws -> GitHubSimulator.Push {
        let push = try await gitHub.push(
            files: [
                "dploy.app": "app_name: s4d\n",
                "specs/hello.json": #"{"id":"hello","cmd":"sleep 60","mem":\#(32 + all.count),"healthChecks":[{}]}"#,
            ], message: "Push \(all.count)", deliver: isTold)
        state.withLock { $0.pushes.append(push) }
        note(push.answer?.status, of: push)
        return push
    }

    /// Delivers a push that was held back.
    /// - Returns: The status of the answer.
    @discardableResult
    func tell(_ push: GitHubSimulator.Push) async -> Int? {
        let outcome = await gitHub.deliver(event: "push", payload: push.payload, guid: push.guid)
        note(outcome.answer?.status, of: push)
        return outcome.answer?.status
    }

    private func note(_ status: Int?, of push: GitHubSimulator.Push) {
        guard let status else { return }
        state.withLock { state in
            if state.answers[push.guid] != 202 { state.answers[push.guid] = status }
        }
    }
}
