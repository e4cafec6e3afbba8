import Foundation
import Testing

@testable import ObserverEngine

@Suite("Held branch")
struct HeldBranchTests {
    @Test("a superseded deployment does not queue the head that was rolled back", arguments: [false, true])
    func supersededRun(wasSuperseded: Bool) async throws {
        try await withStore { store in
            _ = try await store.run(9, to: .succeeded)
            if wasSuperseded {
                _ = try await store.enqueue(try Sample.request(1))
            } else {
                _ = try await store.run(1, to: .succeeded)
            }
            let old = try await store.run(2, to: .fetching)
            _ = try await store.hold(try Sample.request(9, trigger: .rollback), because: .rollback)
            #expect(try await store.supersede(old, with: try Sample.request(1), outcome: "moved on") == nil)
            #expect(try await store.all().last?.stage == .queued)
            #expect(try await store.isHeld(at: 9))
        }
    }

    @Test("a commit whose rollback was called off before it started is not one that the branch has left")
    func calledOff() async throws {
        try await withStore { store in
            for number in 1...3 { _ = try await store.run(number, to: .succeeded) }
            let first = try await store.hold(try Sample.request(1, trigger: .rollback), because: .rollback)
            try await store.cancelQueued(first.id, by: "ann")
            _ = try await store.hold(try Sample.request(2, trigger: .rollback), because: .rollback)
            let hold = try #require(try await store.branchState(of: Sample.branch).decisions.hold.value)
            #expect(hold.leaving == [try Sample.commit(3)])
        }
    }

    @Test("a push that a hold keeps back replaces earlier pushes, and not what the operator requested")
    func keptBack() async throws {
        try await withStore { store in
            for number in 1...2 { _ = try await store.run(number, to: .succeeded) }
            let rollback = try await store.hold(
                try Sample.request(1, trigger: .rollback), because: .rollback, until: .resume)
            let first = try await store.enqueue(try Sample.request(3))
            let second = try await store.enqueue(try Sample.request(4))
            #expect(try await store.queued(of: Sample.branch).map(\.id) == [second.id, rollback.id])
            #expect(try await store.deployment(first.id)?.stage == .superseded)
            let again = try await store.hold(
                try Sample.request(2, trigger: .rollback), because: .rollback, until: .resume)
            #expect(try await store.queued(of: Sample.branch).map(\.id) == [again.id])
        }
    }

    @Test("a push to the commit of the hold takes the place of the rollback, and no other push replaces it")
    func pushOfHeldCommit() async throws {
        try await withStore { store in
            for number in 1...2 { _ = try await store.run(number, to: .succeeded) }
            _ = try await store.hold(
                try Sample.request(1, trigger: .rollback), because: .rollback, until: .resume)
            let back = try await store.enqueue(try Sample.request(1))
            let next = try await store.enqueue(try Sample.request(3))
            #expect(try await store.queued(of: Sample.branch).map(\.id) == [next.id, back.id])
        }
    }

    @Test("a repeated rollback leaves what the first one left")
    func leftAgain() async throws {
        try await withStore { store in
            for number in 1...2 { _ = try await store.run(number, to: .succeeded) }
            for _ in 1...2 {
                let queued = try await store.hold(try Sample.request(1, trigger: .rollback), because: .rollback)
                var running = try #require(try await store.start(queued))
                running.finish(as: .failed, outcome: "It failed.", at: Sample.now)
                try await store.save(running)
                let hold = try #require(try await store.branchState(of: Sample.branch).decisions.hold.value)
                #expect(hold.leaving == [try Sample.commit(2)])
            }
        }
    }

    @Test("drift is corrected though a hold keeps a push back, which stays queued")
    func correction() async throws {
        try await withStore { store in
            for number in 1...2 { _ = try await store.run(number, to: .succeeded) }
            let rollback = try await store.hold(
                try Sample.request(1, trigger: .rollback), because: .rollback, until: .resume)
            var running = try #require(try await store.start(rollback))
            running.finish(as: .succeeded, outcome: "done", at: Sample.now)
            try await store.save(running)
            _ = try await store.enqueue(try Sample.request(3))
            #expect(try await store.enqueueCorrection(try Sample.request(1, trigger: .drift)) != nil)
            let rows = try await store.queued(of: Sample.branch)
            #expect(rows.map(\.commit) == [try Sample.commit(3), try Sample.commit(1)])
        }
    }

    @Test("a push ends the hold that ends with it, and replaces the rollback that has not started")
    func endedByPush() async throws {
        try await withStore { store in
            for number in 1...2 { _ = try await store.run(number, to: .succeeded) }
            _ = try await store.hold(try Sample.request(1, trigger: .rollback), because: .rollback)
            let push = try await store.enqueue(try Sample.request(3))
            #expect(try await store.queued(of: Sample.branch).map(\.id) == [push.id])
        }
    }

    @Test(
        "a rollback that a crash interrupted, or that is retried, is queued before a push that its hold keeps back")
    func interrupted() async throws {
        for isCrash in [true, false] {
            try await withStore { store in
                for number in 1...2 { _ = try await store.run(number, to: .succeeded) }
                let rollback = try await store.hold(
                    try Sample.request(1, trigger: .rollback), because: .rollback, until: .resume)
                let running = try #require(try await store.start(rollback))
                _ = try await store.enqueue(try Sample.request(3))
                if isCrash {
                    _ = try await store.closeInterrupted(of: Sample.branch)
                } else {
                    _ = try await store.failAndRetry(running, outcome: "GitHub is down.", retryAt: Sample.now)
                }
                let rows = try await store.all().filter { $0.stage == .queued }.sorted { $0.id < $1.id }
                #expect(rows.map(\.commit) == [try Sample.commit(1), try Sample.commit(3)])
            }
        }
    }

    @Test("the last success is deployed again after a failure that left changes, though a hold keeps a push back")
    func undone() async throws {
        try await withStore { store in
            _ = try await store.run(1, to: .succeeded)
            _ = try await store.run(2, to: .succeeded)
            _ = try await store.hold(
                try Sample.request(1, trigger: .rollback), because: .rollback, until: .resume)
            let rollback = try #require(try await store.queued(of: Sample.branch).first)
            var running = try #require(try await store.start(rollback))
            running.advance(to: .applying, at: Sample.now)
            try await store.save(running)
            _ = try await store.enqueue(try Sample.request(3))
            _ = try await store.closeInterrupted(of: Sample.branch)
            let queued = try #require(try await store.queued(of: Sample.branch).last)
            #expect(queued.commit == (try Sample.commit(1)))
            let again = try #require(try await store.start(queued))
            let end = try await store.failForGood(again, outcome: "It failed.", undoingOthers: true)
            #expect(end.rollback?.commit == (try Sample.commit(2)))
        }
    }

    @Test("a rollback to a newer version does not leave the older ones, and a further one back leaves that again")
    func forward() async throws {
        try await withStore { store in
            for number in 1...3 { _ = try await store.run(number, to: .succeeded) }
            func rollBack(to number: Int) async throws -> [CommitID] {
                let queued = try await store.hold(try Sample.request(number, trigger: .rollback), because: .rollback)
                var running = try #require(try await store.start(queued))
                running.finish(as: .succeeded, outcome: "done", at: Sample.now)
                try await store.save(running)
                return try await store.branchState(of: Sample.branch).decisions.hold.value?.leaving ?? []
            }
            #expect(try await rollBack(to: 2) == [try Sample.commit(3)])
            #expect(try await rollBack(to: 1) == [try Sample.commit(3), try Sample.commit(2)])
            #expect(try await rollBack(to: 3) == [])
            #expect(try await rollBack(to: 2) == [try Sample.commit(3)])
        }
    }

    @Test("a head is not shown as blocked while its deployment runs")
    func running() async throws {
        try await withStore { store in
            _ = try await store.run(1, to: .succeeded)
            let head = try await store.run(2, to: .applying)
            _ = try await store.hold(try Sample.request(1, trigger: .rollback), because: .rollback)
            try await store.note(head: head.commit, of: Sample.branch)
            #expect(try await store.blockedHead(of: Sample.branch) == nil)
        }
    }

    @Test("a head is shown as blocked once a deployment of the hold that was cancelled has changed something")
    func cancelledChoice() async throws {
        try await withStore { store in
            _ = try await store.run(1, to: .succeeded)
            let head = try await store.run(2, to: .succeeded)
            try await store.note(head: head.commit, of: Sample.branch)
            let chosen = try await store.hold(
                try Sample.request(1, trigger: .operator), because: .deploy, head: head.commit)
            var running = try #require(try await store.start(chosen))
            #expect(try await store.blockedHead(of: Sample.branch) == nil)
            running.advance(to: .applying, at: Sample.now)
            running.cancel(by: "ann", at: Sample.now)
            try await store.save(running)
            let blocked = try #require(try await store.blockedHead(of: Sample.branch))
            #expect(blocked.head == head.commit)
            guard case .held = blocked.block else { return #expect(Bool(false), "\(blocked)") }
        }
    }

    @Test("the replay of an earlier push does not replace the newest one that a hold keeps back", arguments: [1, 2])
    func replay(of number: Int) async throws {
        try await withStore { store in
            for number in 1...2 { _ = try await store.run(number, to: .succeeded) }
            let rollback = try await store.hold(
                try Sample.request(1, trigger: .rollback), because: .rollback, until: .resume)
            try await store.cancelQueued(rollback.id, by: "ann")
            let push = try await store.enqueue(try Sample.request(3))
            for _ in 1...2 {
                var request = try Sample.request(number)
                request.requestedBy = "ann"
                let replay = try await store.enqueue(request)
                #expect(try await store.queued(of: Sample.branch).map(\.id) == [replay.id, push.id])
                try await store.supersedeQueued(before: replay)
                #expect(try await store.queued(of: Sample.branch).map(\.id) == [replay.id, push.id])
            }
            let next = try await store.enqueue(try Sample.request(4))
            #expect(try await store.queued(of: Sample.branch).first?.id == next.id)
            #expect(try await store.deployment(push.id)?.stage == .superseded)
        }
    }

    @Test("a superseded deployment queues an unseen head, which lifts the hold")
    func newHead() async throws {
        try await withStore { store in
            _ = try await store.run(9, to: .succeeded)
            let old = try await store.run(2, to: .fetching)
            _ = try await store.hold(try Sample.request(9, trigger: .rollback), because: .rollback)
            let head = try await store.supersede(old, with: try Sample.request(1), outcome: "moved on")
            #expect(head?.commit == (try Sample.commit(1)))
            #expect(try await store.heldAt() == nil)
        }
    }

    @Test("a poll that started before the rollback does not queue the head after it")
    func polledBefore() async throws {
        try await withStore { store in
            _ = try await store.enqueue(try Sample.request(1))
            _ = try await store.hold(try Sample.request(9, trigger: .rollback), because: .rollback)
            #expect(try await store.reconcile(1) == nil)
            #expect(try await store.isHeld(at: 9))
        }
    }

    @Test("a deployment that the rollback superseded is not pruned, however old it is")
    func notPruned() async throws {
        try await withStore { store in
            for number in 1...30 { _ = try await store.enqueue(try Sample.request(number), at: Sample.now) }
            _ = try await store.hold(try Sample.request(99, trigger: .rollback), because: .rollback, at: Sample.now)
            _ = try await store.prune(before: Sample.now + 1, keeping: .max)
            let left = try Sample.commit(30)
            #expect(try await store.all().contains { $0.commit == left })
        }
    }

    @Test(
        "on a new disk, a push that is delivered again does not end a hold that is newer; a later push does",
        arguments: [true, false])
    func restored(isKnown: Bool) async throws {
        try await withStore { store in
            var elsewhere = Decisions()
            elsewhere.decide(
                hold: Hold(at: try Sample.commit(1), leaving: [], because: .rollback), at: Sample.now - 60)
            let restored = elsewhere
            if isKnown { try await store.changeBranchState(of: Sample.branch) { $0.recall(restored) } }
            var old = try Sample.push("old", of: 2, from: 1)
            old.push?.pushedAt = Sample.now - 120
            let recorded = try await store.record(old)
            #expect((recorded.deployment == nil) == isKnown)
            if !isKnown { _ = try await store.recall(restored, of: Sample.branch) }
            let hold = try #require(try await store.branchState(of: Sample.branch).hold)
            var expected = HoldSummary(commit: try Sample.commit(1), cause: .rollback, deployment: nil)
            expected.since = Sample.now - 60
            #expect(hold == expected)
            #expect(
                try await store.delivery(recorded.delivery.id)?.reason
                    == (isKnown ? "pushed before the branch was put on hold at \(hold.commit.short)" : nil))

            var new = try Sample.push("new", of: 3, from: 2)
            new.push?.pushedAt = Sample.now - 30
            #expect(try await store.record(new).deployment != nil)
            #expect(try await store.heldAt() == nil)
        }
    }
}

extension Store {
    /// The commit at which a rollback holds the sample's branch.
    func heldAt() async throws -> CommitID? {
        try await branchState(of: Sample.branch).hold?.commit
    }

    func isHeld(at number: Int) async throws -> Bool {
        try await heldAt() == Sample.commit(number)
    }
}
