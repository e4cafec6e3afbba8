import ObserverEngine
import Testing

@Suite("The first delivery of a push that was found by looking")
struct LateDeliveryTests {
    @Test("belongs to the deployment that is there already; a later push of the same commit is deployed")
    func attached() async throws {
        try await withStore { store in
            let found = try await store.run(1, to: .succeeded, trigger: .poll)
            let late = try await store.record(try Sample.push("late", of: 1, from: 9))
            #expect(late.deployment?.id == found.id && late.delivery.deployment == found.id)
            let all = try await store.all()
            #expect(all.map(\.request.delivery) == [late.delivery.id])
            let again = try await store.record(try Sample.push("again", of: 1, from: 9))
            #expect(again.deployment?.stage == .queued)
        }
    }

    @Test("does not undo the rollback that came between", arguments: [Deployment.Trigger.poll, .recovery])
    func rolledBack(trigger: Deployment.Trigger) async throws {
        try await withStore { store in
            let bad = try await store.run(1, to: .failed, trigger: trigger)
            _ = try await store.rollBack(try Sample.request(9, trigger: .rollback), seenNewest: nil)
            let late = try await store.record(try Sample.push("late", of: 1, from: 9))
            #expect(late.delivery.deployment == bad.id)
            #expect(try await store.all().map(\.stage) == [.failed, .queued])
            #expect(try await store.isHeld(at: 9))
        }
    }

    @Test("does not undo the rollback that took the place of its deployment")
    func supersededByRollback() async throws {
        try await withStore { store in
            let waiting = try await store.enqueue(try Sample.request(1, trigger: .poll))
            _ = try await store.rollBack(try Sample.request(9, trigger: .rollback), seenNewest: nil)
            let late = try await store.record(try Sample.push("late", of: 1, from: 9))
            #expect(late.delivery.deployment == waiting.id)
            #expect(try await store.all().map(\.stage) == [.superseded, .queued])
            #expect(try await store.isHeld(at: 9))
        }
    }

    @Test("belongs to what takes up a deployment that was cut short")
    func interrupted() async throws {
        try await withStore { store in
            try await store.interrupt(try await store.run(1, to: .waiting, trigger: .poll))
            let again = try #require(try await store.all().last)
            let late = try await store.record(try Sample.push("late", of: 1, from: 9))
            #expect(again.request.trigger == .restart && late.deployment?.id == again.id)
            #expect(try await store.all().map(\.stage) == [.failed, .queued])
        }
    }

    @Test("is not forgotten by the deployment that runs meanwhile, nor by what takes it up again")
    func running() async throws {
        try await withStore { store in
            var running = try await store.run(1, to: .fetching, trigger: .poll)
            let late = try await store.record(try Sample.push("late", of: 1, from: 9))
            running.advance(to: .applying, at: Sample.now)
            try await store.save(running)
            #expect(try await store.deployment(running.id)?.request.delivery == late.delivery.id)
            try await store.interrupt(running)
            #expect(try await store.all().map(\.request.delivery) == [late.delivery.id, late.delivery.id])
        }
    }

    @Test("is another push where the branch was meanwhile at what it replaced: it is deployed")
    func pushedBack() async throws {
        try await withStore { store in
            _ = try await store.run(1, to: .succeeded, trigger: .poll)
            _ = try await store.run(2, to: .succeeded)
            let back = try await store.record(try Sample.push("back", of: 1, from: 2))
            #expect(back.deployment?.stage == .queued)
            #expect(try await store.all().count == 3)
        }
    }
}
