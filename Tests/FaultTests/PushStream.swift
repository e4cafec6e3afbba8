import Simulators
import Synchronization

/// Pushes, one after the other, each with a spec of its own, and what became of their deliveries.
final class PushStream: Sendable {
    private let gitHub: GitHubSimulator
    private let pushes = Mutex<[GitHubSimulator.Push]>([])

    init(to gitHub: GitHubSimulator) {
        self.gitHub = gitHub
    }

    var all: [GitHubSimulator.Push] { pushes.withLock(\.self) }

    /// Those that the observer took: it must never lose one of them.
    var acknowledged: [GitHubSimulator.Push] { all.filter { $0.answer?.status == 202 } }

    /// Pushes once more, delivers it, and waits for the answer or its absence.
    func push() async throws {
        let push = try await gitHub.push(
            files: [
                "dploy.app": "app_name: s4d\n",
                "specs/hello.json": #"{"id":"hello","cmd":"sleep 60","mem":\#(32 + all.count)}"#,
            ], message: "Push \(all.count)")
        pushes.withLock { $0.append(push) }
    }
}
