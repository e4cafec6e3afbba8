import Foundation
import Testing

@testable import ObserverEngine

@Suite("Pushes that wait for rules in the queue")
struct WaitingPushTests {
    private func withQueue(_ body: (Store) async throws -> Void) async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await body(try Store(directory: directory, keepsOlderPushes: true))
    }

    private func commits(_ store: Store) async throws -> [CommitID] {
        try await store.queued(of: Sample.branch).map(\.commit)
    }

    @Test("pushes that wait for checks stay queued, and one of the same commit replaces the older one")
    func keepsPushes() async throws {
        try await withQueue { store in
            for number in [1, 2, 3, 2] { _ = try await store.enqueue(try Sample.request(number)) }
            #expect(try await commits(store) == [2, 3, 1].map { try Sample.commit($0) })
        }
    }

    @Test(
        "a deployment that an operator chose replaces them all", arguments: [Deployment.Trigger.operator, .rollback])
    func choices(trigger: Deployment.Trigger) async throws {
        try await withQueue { store in
            for number in 1...3 { _ = try await store.enqueue(try Sample.request(number)) }
            _ = try await store.enqueue(try Sample.request(9, trigger: trigger))
            #expect(try await commits(store) == [try Sample.commit(9)])
            _ = try await store.enqueue(try Sample.request(4))
            #expect(try await commits(store) == [try Sample.commit(4)])
        }
    }

    @Test("of a flood of pushes, only the newest stay queued")
    func limit() async throws {
        try await withQueue { store in
            for number in 1...30 { _ = try await store.enqueue(try Sample.request(number)) }
            let queued = try await commits(store)
            #expect(queued.count == DeploymentQueue.limit)
            #expect(try queued.last == Sample.commit(11))
        }
    }

    @Test("the push that starts supersedes the older ones, and leaves the newer ones")
    func starts() async throws {
        try await withQueue { store in
            for number in 1...3 { _ = try await store.enqueue(try Sample.request(number)) }
            let second = try #require(try await store.queued(of: Sample.branch).first { $0.id == 2 })
            try await store.supersedeQueued(before: second)
            #expect(try await commits(store) == [3, 2].map { try Sample.commit($0) })
            let first = try #require(try await store.deployment(1))
            #expect(first.stage == .superseded && first.outcome == "superseded by deployment 2 (2aaaaaa)")
        }
    }

    @Test("a reason to wait is stored, and ends with the wait")
    func reason() async throws {
        try await withQueue { store in
            let queued = try await store.enqueue(try Sample.request(1))
            let wait = DeploymentWait(.window, "outside the deploy window", until: Sample.now)
            #expect(try await store.record(wait: wait, of: queued))
            var row = try #require(try await store.deployment(queued.id))
            #expect(row.wait == wait)
            row.advance(to: .fetching, at: Sample.now)
            try await store.save(row)
            #expect(try await store.deployment(queued.id)?.wait == nil)
            #expect(try await !store.record(wait: wait, of: queued))
        }
    }

    @Test("a push whose checks failed is queued again only while it is the newest")
    func requeued() async throws {
        try await withQueue { store in
            let first = try await store.enqueue(try Sample.request(1))
            try await store.failQueued(first, outcome: "Check e2e failed.")
            let failed = try #require(try await store.newestUnchecked(of: Sample.branch))
            #expect(failed.id == first.id && failed.outcome == "Check e2e failed.")
            let again = try #require(try await store.requeueUnchecked(failed))
            #expect(try await store.newestUnchecked(of: Sample.branch) == nil)
            #expect(try await store.requeueUnchecked(failed) == nil)
            try await store.failQueued(again, outcome: "Check e2e failed.")
            let newer = try await store.run(2, to: .succeeded)
            #expect(newer.stage == .succeeded)
            #expect(try await store.newestUnchecked(of: Sample.branch) == nil)
        }
    }

    @Test("a head that has not started leaves an older push the way, a head that was missed is queued")
    func overtaken() async throws {
        try await withQueue { store in
            let older = try await store.enqueue(try Sample.request(1))
            let head = try Sample.request(2)
            #expect(try await store.isOvertaken(older, by: head))
            #expect(try await commits(store) == [2, 1].map { try Sample.commit($0) })
            #expect(try await store.isOvertaken(older, by: head))
            let late = try await store.enqueue(try Sample.request(3))
            #expect(try await !store.isOvertaken(late, by: head))
        }
    }

    @Test("only the plan that was shown is approved, and an approval stays with the commit over an interruption")
    func approved() async throws {
        try await withQueue { store in
            var running = try await store.run(1, to: .validating)
            running.changes = [AppChange(appID: "/web", kind: .updated, restarts: 1)]
            try await store.putBack(running, untilApproved: ["/web 1"])
            let waiting = try #require(try await store.deployment(running.id))
            #expect(waiting.stage == .queued && waiting.startedAt == nil)
            let plan = try #require(waiting.planID)
            #expect(try await store.approve(waiting.id, plan: "other", by: "ann") == nil)
            let approved = try #require(try await store.approve(waiting.id, plan: plan, by: "ann", at: Sample.now))
            #expect(approved.request.approval == PlanApproval(of: ["/web 1"], by: "ann", at: Sample.now))
            #expect(approved.planID == nil)
            var started = try #require(try await store.deployment(waiting.id))
            started.advance(to: .applying, at: Sample.now)
            try await store.save(started)
            _ = try await store.closeInterrupted(of: Sample.branch)
            let next = try #require(try await store.nextQueued(of: Sample.branch))
            #expect(next.id != waiting.id && next.request.approval?.by == "ann")
        }
    }

    @Test("a pause that has reached its end is ended once")
    func pause() async throws {
        try await withQueue { store in
            try await store.changeBranchState(of: Sample.branch) {
                $0.decisions.decide(
                    pause: Pause(reason: "night", by: "ann", until: Sample.now + 60), at: Sample.now)
            }
            #expect(try await !store.endPause(of: Sample.branch, at: Sample.now + 59))
            let state = try await store.branchState(of: Sample.branch)
            #expect(
                state.pause
                    == PauseSummary(since: Sample.now, until: Sample.now + 60, reason: "night", by: "ann"))
            #expect(try await store.endPause(of: Sample.branch, at: Sample.now + 60))
            #expect(try await !store.endPause(of: Sample.branch, at: Sample.now + 61))
            #expect(try await store.branchState(of: Sample.branch).pause == nil)
        }
    }
}
