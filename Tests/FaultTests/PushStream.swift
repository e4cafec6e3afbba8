import Simulators
import Synchronization

/// A sequence of pushes, each with its own spec, and the responses to their deliveries.
final class PushStream: Sendable {
    private struct State {
        var pushes: [GitHubSimulator.Push] = []
        /// The response status by delivery GUID; the best one if a push was delivered several times.
        var responses: [String: Int] = [:]
    }

    private let gitHub: GitHubSimulator
    private let tree: @Sendable (_ number: Int) -> [String: String?]
    private let state = Mutex(State())

    /// - Parameter tree: The tree of each push, counted from 0.
    init(
        to gitHub: GitHubSimulator,
        tree: @escaping @Sendable (_ number: Int) -> [String: String?] = { PushStream.app($0) }
    ) {
        self.gitHub = gitHub
        self.tree = tree
    }

    /// A spec that differs in each push.
    private static func app(_ number: Int) -> [String: String?] {
        [
            "dploy.app": "app_name: s4d\n",
            "specs/hello.json": #"{"id":"hello","cmd":"sleep 60","mem":\#(32 + number),"healthChecks":[{}]}"#,
        ]
    }

    var all: [GitHubSimulator.Push] { state.withLock(\.pushes) }

    /// The pushes that the observer acknowledged. It must not lose any of them.
    var acknowledged: [GitHubSimulator.Push] {
        // GitHub may have delivered long after the push.
        let late = Set(gitHub.deliveries().filter { $0.outcome.answer?.status == 202 }.map(\.guid))
        return state.withLock { state in
            state.pushes.filter { state.responses[$0.guid] == 202 || late.contains($0.guid) }
        }
    }

    /// Pushes a new commit and waits for the outcome of its delivery.
    /// - Parameter deliver: Whether GitHub sends the delivery immediately; otherwise call `deliver` later.
    @discardableResult
    func push(deliver: Bool = true) async throws -> GitHubSimulator.Push {
        let number = all.count
        let push = try await gitHub.push(files: tree(number), message: "Push \(number)", deliver: deliver)
        state.withLock { $0.pushes.append(push) }
        record(push.answer?.status, of: push)
        return push
    }

    /// Sends the delivery of a push that was held back.
    /// - Returns: The status of the response.
    @discardableResult
    func deliver(_ push: GitHubSimulator.Push) async -> Int? {
        let outcome = await gitHub.deliver(event: "push", payload: push.payload, guid: push.guid)
        record(outcome.answer?.status, of: push)
        return outcome.answer?.status
    }

    private func record(_ status: Int?, of push: GitHubSimulator.Push) {
        guard let status else { return }
        state.withLock { state in
            if state.responses[push.guid] != 202 { state.responses[push.guid] = status }
        }
    }
}
