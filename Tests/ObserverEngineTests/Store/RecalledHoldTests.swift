import Foundation
import Testing

@testable import ObserverEngine

@Suite("Holds that the target has kept")
struct RecalledHoldTests {
    private let now = Date()

    /// A hold at commit 1 that left 2, a minute ago.
    private func hold(until end: HoldSummary.End) throws -> Decisions {
        var hold = Hold(at: try Sample.commit(1), leaving: [try Sample.commit(2)], because: .rollback)
        hold.until = end
        var decisions = Decisions()
        decisions.decide(hold: hold, at: now - 60)
        return decisions
    }

    private func push(of number: Int, _ age: TimeInterval) throws -> Delivery {
        let sample = try Sample.push("push", of: number, from: 1)
        var push = sample.push
        push?.pushedAt = now - age
        return Delivery(
            key: sample.key, event: sample.event, receivedAt: now, repository: sample.repository, push: push,
            verdict: .accepted(commit: try Sample.commit(number)), payload: .init(body: Data("{}".utf8)))
    }

    @Test(
        "a push that arrived before the hold was known ends it if it is newer, and only an operator ends it otherwise",
        arguments: [HoldSummary.End.push, .resume], [2, 3])
    func delivered(until end: HoldSummary.End, number: Int) async throws {
        try await withStore { store in
            let recorded = try await store.record(try push(of: number, 30))
            let decisions = try await store.recall(try hold(until: end), of: Sample.branch)
            #expect((decisions.hold.value == nil) == (end == .push))
            #expect(try await store.heldAt() == decisions.hold.value?.commit)
            #expect(try await store.deployment(#require(recorded.deployment?.id))?.stage == .queued)
        }
    }

    @Test("the end of a hold by a push is newer than the hold, and as old as the push")
    func order() async throws {
        try await withStore { store in
            _ = try await store.record(try push(of: 3, 30))
            let stored = try hold(until: .push)
            let ended = try await store.recall(stored, of: Sample.branch)
            #expect(stored.merged(with: ended).hold.value == nil)
            #expect(try #require(ended.hold.at) < now - 28)
        }
    }

    @Test("a push from before the hold does not end it")
    func older() async throws {
        try await withStore { store in
            _ = try await store.record(try push(of: 3, 90))
            #expect(try await store.recall(try hold(until: .push), of: Sample.branch).hold.value != nil)
        }
    }

    @Test("a head that polling found ends the hold, unless it is the commit that the operator left", arguments: [2, 3])
    func polled(number: Int) async throws {
        try await withStore { store in
            #expect(try await store.reconcile(number) != nil)
            let decisions = try await store.recall(try hold(until: .push), of: Sample.branch)
            #expect((decisions.hold.value == nil) == (number == 3))
        }
    }

    @Test("a push that an operator replays does not end it")
    func replayed() async throws {
        try await withStore { store in
            var request = try Sample.request(3)
            request.requestedBy = "ann"
            _ = try await store.enqueue(request)
            #expect(try await store.recall(try hold(until: .push), of: Sample.branch).hold.value != nil)
        }
    }

    @Test("a hold that the disk knows is not ended by a push from before it when other decisions are recalled")
    func known() async throws {
        try await withStore { store in
            _ = try await store.recall(try hold(until: .push), of: Sample.branch)
            var paused = try hold(until: .push)
            paused.decide(pause: Pause(), at: now)
            let decisions = try await store.recall(paused, of: Sample.branch)
            #expect(decisions.hold.value != nil && decisions.pause.value != nil)
        }
    }
}
