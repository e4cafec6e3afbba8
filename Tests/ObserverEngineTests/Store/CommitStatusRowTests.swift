import Foundation
import Testing

@testable import ObserverEngine

@Suite("The rows that commit statuses depend on")
struct CommitStatusRowTests {
    private func pending(_ store: Store) async throws -> Set<CommitID> {
        try await store.pendingCommits(of: Sample.branch)
    }

    @Test("a commit is pending while it is deployed or waits, and not because it is queued")
    func open() async throws {
        try await withStore { store in
            let queued = try await store.enqueue(try Sample.request(1))
            #expect(try await pending(store) == [])
            #expect(try await store.record(wait: DeploymentWait(.window, "closed"), of: queued))
            #expect(try await pending(store) == [queued.commit])
            let newer = try await store.run(2, to: .fetching)
            #expect(try await pending(store) == [newer.commit])
            try await store.interrupt(newer)
            // It is queued again.
            #expect(try await pending(store) == [newer.commit])
        }
    }

    @Test("a commit that has a final status and is queued again is not pending before it starts")
    func final() async throws {
        try await withStore { store in
            _ = try await store.run(1, to: .succeeded)
            _ = try await store.enqueue(try Sample.request(1, trigger: .operator))
            #expect(try await pending(store) == [])
        }
    }

    @Test("a commit stays pending if another deployment of it replaces its retry")
    func retried() async throws {
        try await withStore { store in
            let failed = try await store.failAndRetry(
                try await store.run(1, to: .fetching), outcome: "away", retryAt: Sample.now)
            #expect(try await pending(store) == [failed.commit])
            _ = try await store.enqueue(try Sample.request(1, trigger: .operator))
            #expect(try await pending(store) == [failed.commit])
        }
    }

    @Test("an interrupted deployment is abandoned if its commit was not queued again, until the next success")
    func abandoned() async throws {
        try await withStore { store in
            let first = try await store.run(1, to: .fetching)
            try await store.interrupt(first)
            #expect(try await store.abandonedInterruptions(of: Sample.branch) == [])
            let second = try await store.run(2, to: .fetching)
            _ = try await store.enqueue(try Sample.request(3))
            try await store.interrupt(second)
            #expect(try await store.abandonedInterruptions(of: Sample.branch).map(\.id) == [second.id])
            _ = try await store.run(3, to: .succeeded)
            #expect(try await store.abandonedInterruptions(of: Sample.branch) == [])
        }
    }

    @Test("a hold has started once its deployment changes something")
    func hold() async throws {
        try await withStore { store in
            _ = try await store.run(1, to: .succeeded)
            _ = try await store.run(2, to: .succeeded)
            var rollback = try await store.hold(try Sample.request(1, trigger: .rollback), because: .rollback)
            let state = try await store.branchState(of: Sample.branch)
            #expect(try await store.isHoldUnstarted(state, on: Sample.branch))
            rollback.advance(to: .fetching, at: Sample.now)
            try await store.save(rollback)
            #expect(try await store.isHoldUnstarted(state, on: Sample.branch))
            rollback.advance(to: .applying, at: Sample.now)
            try await store.save(rollback)
            #expect(try await !store.isHoldUnstarted(state, on: Sample.branch))
            #expect(try await store.wasDeployed(try Sample.commit(2), on: Sample.branch))
            #expect(try await !store.wasDeployed(try Sample.commit(3), on: Sample.branch))
        }
    }

    @Test("a head that never started is shown with the failure of its checks")
    func unchecked() async throws {
        try await withStore { store in
            let queued = try await store.enqueue(try Sample.request(1))
            try await store.failQueued(queued, outcome: "Check e2e did not report within 1 minute.", because: .late)
            let blocked = try #require(try await store.blockedHead(of: Sample.branch))
            #expect(blocked.block == .checks(deployment: queued.id, because: .late))
            #expect(blocked.block.sentence(of: blocked.head).contains("its checks did not complete in time"))
        }
    }
}
