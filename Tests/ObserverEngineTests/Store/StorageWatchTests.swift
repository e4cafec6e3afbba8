import Foundation
import ServiceLifecycle
import Testing

@testable import ObserverEngine

@Suite("Storage that does not work")
struct StorageWatchTests {
    @Test("is shown as a problem until it works again")
    func problem() async throws {
        try await withObserver { world in
            try await withLockedStore(in: world.configuration.state.directory) {
                _ = await #expect(throws: (any Error).self) { try await world.control().perform(.pause()) }
                let engine = try await world.engine { $0.problem != nil }
                #expect(
                    engine.problem
                        == "Nothing can be stored. Database error: another program keeps it locked. Stop that program. "
                        + "Deliveries are rejected with 503 and recovered later.")
            }
            try await world.engine { $0.problem == nil }
        }
    }

    @Test("a database that was deleted while in use is shown as a problem")
    func deleted() async throws {
        try await withObserver { world in
            try FileManager.default.removeItem(atPath: world.configuration.state.directory + "/observer.sqlite")
            _ = try await world.deployments()
            let engine = try await world.engine { $0.problem != nil }
            #expect(engine.problem == Self.deletion)
        }
    }

    @Test("a replaced database is a problem for a while only")
    func over() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        var reader = ConfigurationReader(
            sources: SettingSources(
                flags: [.owner: "mhausenblas", .repo: "s4d", .pat: "token", .publicNode: "127.0.0.1"],
                environment: [:], directory: directory))
        let store = try Store(directory: directory)
        let status = BranchStatus(configuration: try reader.read(), instance: "test", feed: store.feed)
        let watch = StorageWatch(store: store, status: status, noticeLifetime: .milliseconds(50), logger: .silent)
        try FileManager.default.removeItem(atPath: directory + "/observer.sqlite")
        _ = try await store.deliveryCount()
        let changes = store.feed.changes { if case .engine = $0 { true } else { false } }
        let group = ServiceGroup(services: [watch], logger: .silent)
        let problems = try await withThrowingTaskGroup(of: Void.self, returning: [String?].self) { tasks in
            tasks.addTask { try await group.run() }
            var problems: [String?] = []
            for await change in changes {
                if case .engine(_, let state) = change { problems.append(state.problem) }
                if problems.count == 2 { break }
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            return problems
        }
        #expect(problems == [Self.deletion, nil])
    }

    private static let deletion =
        "Database was deleted; created a new one. State is restored from GitHub and the target."
}
