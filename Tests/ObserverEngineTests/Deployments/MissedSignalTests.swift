import Simulators
import Testing

@testable import ObserverEngine

@Suite("A queued deployment that was not signalled")
struct MissedSignalTests {
    @Test("is started at the next regular check of the queue")
    func regularCheck() async throws {
        try await withDeployerAlone { deployer, store, configuration in
            var deployer = deployer
            deployer.checkInterval = .milliseconds(20)
            let changes = store.feed.signals { if case .deployment = $0 { true } else { false } }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { [deployer] in try await deployer.run() }
                group.addTask {
                    try await withTimeout(.testTimeout) { for await _ in changes { return } }
                }
                // After its check at the start.
                try await Task.sleep(for: .milliseconds(200))
                // Another store on the same file does not signal the deployer.
                _ = try await Store(directory: configuration.state.directory).enqueue(
                    DeploymentRequest(
                        branch: configuration.branch, commit: CommitInfo(try Sample.commit(1)), trigger: .delivery))
                defer { group.cancelAll() }
                try await group.next()
            }
        }
    }
}
