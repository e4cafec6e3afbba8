import Foundation
import ObserverEngine
import Testing

@Suite("A delivery belongs to the deployment of its commit")
struct DeliveryOutcomeTests {
    private func deployment(of guid: String, in store: Store) async throws -> Int64? {
        try await store.deliveries(limit: 10).first { $0.key.guid == guid }?.deployment
    }

    @Test("if an operator deploys the commit of a queued push, the push shows that deployment")
    func queued() async throws {
        try await withStore { store in
            _ = try await store.record(Sample.push("a", of: 2, from: 1))
            let chosen = try await store.enqueue(try Sample.request(2, trigger: .operator))
            #expect(try await store.all().map(\.stage) == [.superseded, .queued])
            #expect(chosen.request.delivery == 1)
            #expect(try await deployment(of: "a", in: store) == chosen.id)
        }
    }

    @Test("a deployment of another commit does not take the push of the superseded deployment")
    func otherCommit() async throws {
        try await withStore { store in
            let first = try await store.record(Sample.push("a", of: 2, from: 1)).deployment
            let chosen = try await store.enqueue(try Sample.request(3, trigger: .operator))
            #expect(chosen.request.delivery == nil)
            #expect(try await deployment(of: "a", in: store) == first?.id)
        }
    }

    @Test("a running deployment that gives way to one of the same commit passes its push on")
    func running() async throws {
        try await withStore { store in
            let first = try #require(try await store.record(Sample.push("a", of: 2, from: 1)).deployment)
            var running = first
            running.advance(to: .fetching, at: Sample.now)
            try await store.save(running)
            let chosen = try await store.enqueue(try Sample.request(2, trigger: .operator))
            #expect(chosen.request.delivery == nil)
            try await store.putBack(running, at: Sample.now)
            #expect(try await store.all().map(\.stage) == [.superseded, .queued])
            #expect(try await deployment(of: "a", in: store) == chosen.id)
            #expect(try await store.all().last?.request.delivery == 1)
        }
    }

    @Test("a recovered push shows the deployment of its commit, whichever came first")
    func recovered() async throws {
        try await withStore { store in
            try await store.recordRecovered(try Sample.push("before", of: 2, from: 1))
            let chosen = try await store.enqueue(try Sample.request(2, trigger: .operator))
            #expect(try await deployment(of: "before", in: store) == chosen.id)
            let other = try await store.enqueue(try Sample.request(3, trigger: .operator))
            try await store.recordRecovered(try Sample.push("after", of: 3, from: 2))
            #expect(try await deployment(of: "after", in: store) == other.id)
        }
    }

    @Test("a rollback does not take the recovered push of its commit")
    func rollback() async throws {
        try await withStore { store in
            _ = try await store.enqueue(try Sample.request(2, trigger: .rollback))
            try await store.recordRecovered(try Sample.push("a", of: 2, from: 1))
            #expect(try await deployment(of: "a", in: store) == nil)
        }
    }
}
