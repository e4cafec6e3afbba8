import Foundation
import Logging
import Simulators
import Testing

@testable import ObserverEngine

@Suite("A store that fails during a deployment")
struct FailingStoreTests {
    @Test("a change that can't be stored has not happened, and may be retried")
    func record() async throws {
        let directory = try temporaryDirectory()
        let store = try Store(directory: directory)
        let deployment = try await store.run(1, to: .waiting)
        let recorder = DeploymentRecorder(
            deployment,
            log: DeploymentLogWriter(deployment: deployment.id, store: store, logger: .silent),
            store: store)
        try await withLockedStore(in: directory) {
            _ = await #expect(throws: (any Error).self) { try await recorder.finish(as: .succeeded, outcome: "done") }
        }
        #expect(await recorder.deployment.stage == .waiting)
        try await recorder.finish(as: .failed, outcome: "undone")
        #expect(try await store.deployment(deployment.id)?.stage == .failed)
    }

    @Test("a retry that can't be queued is queued once the store works again, and nothing else is interrupted")
    func retry() async throws {
        let directory = try temporaryDirectory()
        let store = try Store(directory: directory)
        let failed = try await store.failAndRetry(
            try await store.run(1, to: .applying), outcome: "away", retryAt: Date(), at: Date())
        let log = Lines()
        let release = RetryRelease(
            store: store, branch: Sample.branch,
            alarm: QueueAlarm(
                feed: store.feed, checkInterval: .seconds(60),
                logger: EngineLog(level: .error, format: .text, redactor: Redactor(secrets: [])) { log.append($0) }
                    .logger,
                retryDelay: .milliseconds(20)))
        let released = store.feed.changes { change in
            if case .deployment(let deployment) = change { deployment.notBefore == nil } else { false }
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            try await withLockedStore(in: directory) {
                group.addTask { try await release.run() }
                try await log.wait(for: "A retry could not be queued")
            }
            group.addTask {
                try await withTimeout(.testTimeout) {
                    for await case .deployment(let deployment) in released where deployment.id == failed.retry {
                        return
                    }
                    throw CancellationError()
                }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}
