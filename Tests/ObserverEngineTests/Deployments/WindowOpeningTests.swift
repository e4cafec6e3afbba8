import Foundation
import Simulators
import Testing

@testable import ObserverEngine

@Suite("A deployment that waits for a deploy window")
struct WindowOpeningTests {
    @Test("starts at the moment at which the window opens, without a signal or a regular check")
    func opens() async throws {
        try await withDeployerAlone([.window: "daily 09:00-17:00 UTC"]) { deployer, store, configuration in
            let start = Date()
            let midnight = Date(timeIntervalSince1970: (start.timeIntervalSince1970 / 86_400).rounded(.down) * 86_400)
            let opening = midnight + 9 * 3600
            let offset = opening.timeIntervalSince(start) - 1.5
            var deployer = deployer
            deployer.gate.review.now = { Date() + offset }
            let changes = store.feed.signals { if case .deployment = $0 { true } else { false } }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { [deployer] in try await deployer.run() }
                let queued = try await store.enqueue(
                    DeploymentRequest(
                        branch: configuration.branch, commit: CommitInfo(try Sample.commit(1)), trigger: .delivery))
                group.addTask { [now = deployer.gate.review.now] in
                    try await withTimeout(.testTimeout) {
                        var hasWaited = false
                        for await _ in changes {
                            let row = try #require(try await store.deployment(queued.id))
                            if row.wait?.until == opening { hasWaited = true }
                            guard row.startedAt != nil else { continue }
                            #expect(hasWaited)
                            #expect(now() >= opening)
                            // Long before the regular check of the queue, once a minute.
                            #expect(now() < opening + 15)
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
}
