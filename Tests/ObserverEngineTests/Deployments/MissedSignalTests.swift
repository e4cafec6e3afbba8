import Foundation
import Logging
import Simulators
import Testing

@testable import ObserverEngine

@Suite("A queued deployment that was not signalled")
struct MissedSignalTests {
    @Test("is started at the next regular check of the queue")
    func regularCheck() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await withSimulators { simulators in
            try await withEngineHTTP { http in
                var reader = ConfigurationReader(
                    sources: SettingSources(
                        flags: [
                            .owner: "mhausenblas", .repo: "s4d", .pat: "token", .publicNode: "127.0.0.1",
                            .gitHubAPI: simulators.gitHub.url, .marathon: simulators.marathon.url, .state: directory,
                        ],
                        environment: [:], directory: directory))
                let configuration = try reader.read()
                let store = try Store(directory: directory)
                let observer = BranchObserver(
                    configuration.branch, instance: "test",
                    in: .init(
                        configuration: configuration, environment: [:], store: store, http: http,
                        log: EngineLog(level: .error, format: .text, redactor: Redactor(secrets: [])) { _ in },
                        transcript: Transcript { _ in }, listening: Latch()))
                observer.status.update { ($0.authentication, $0.decisions) = (.granted, .saved) }
                var deployer = observer.deployer
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
                    _ = try await Store(directory: directory).enqueue(
                        DeploymentRequest(
                            branch: configuration.branch, commit: CommitInfo(try Sample.commit(1)), trigger: .delivery))
                    defer { group.cancelAll() }
                    try await group.next()
                }
            }
        }
    }
}
