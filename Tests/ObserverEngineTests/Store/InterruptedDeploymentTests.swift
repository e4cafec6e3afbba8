import ObserverEngine
import Testing

@Suite("Deployments that were cut short")
struct InterruptedDeploymentTests {
    @Test(
        "what a crash left unfinished is closed and queued again",
        arguments: [Deployment.Stage.fetching, .validating, .applying, .waiting])
    func crash(stage: Deployment.Stage) async throws {
        try await withStore { store in
            let running = try await store.run(1, to: stage)
            let closed = try await store.closeInterrupted(of: Sample.repository, branch: "dcos")
            #expect(closed.map(\.id) == [running.id])
            let all = try await store.all()
            #expect(all.map(\.stage) == [.failed, .queued])
            #expect(all[0].outcome == Deployment.interruptedOutcome)
            #expect(all[1].commit == running.commit)
            #expect(all[1].request.trigger == .restart)
        }
    }

    @Test("what an operator chose is still the operator's choice", arguments: [Deployment.Trigger.operator, .rollback])
    func operatorsChoice(trigger: Deployment.Trigger) async throws {
        try await withStore { store in
            _ = try await store.run(1, to: .waiting, trigger: trigger)
            _ = try await store.closeInterrupted(of: Sample.repository, branch: "dcos")
            var again = try #require(try await store.all().last)
            #expect(again.stage == .queued && again.request.trigger == trigger)
            again.advance(to: .fetching, at: Sample.now)
            try await store.save(again)
            try await store.interrupt(again, outcome: Deployment.tokenRefusedOutcome)
            let all = try await store.all()
            #expect(all.map(\.stage) == [.failed, .failed, .queued])
            #expect(all.last?.request.trigger == trigger)
        }
    }

    @Test("where a newer one waits, that one is enough")
    func newerWaits() async throws {
        try await withStore { store in
            _ = try await store.run(1, to: .waiting)
            _ = try await store.enqueue(try Sample.request(2))
            _ = try await store.closeInterrupted(of: Sample.repository, branch: "dcos")
            let all = try await store.all()
            #expect(all.map(\.stage) == [.failed, .queued])
            #expect(all[1].commit == (try Sample.commit(2)))
            #expect(all[1].request.trigger == .delivery)
        }
    }

    @Test(
        "what has ended, or waits, is left as it is",
        arguments: [Deployment.Stage.succeeded, .failed, .superseded])
    func ended(stage: Deployment.Stage) async throws {
        try await withStore { store in
            _ = try await store.run(1, to: stage)
            _ = try await store.enqueue(try Sample.request(2))
            let before = try await store.all()
            #expect(try await store.closeInterrupted(of: Sample.repository, branch: "dcos") == [])
            #expect(try await store.all() == before)
        }
    }

    @Test("another branch's deployments are not touched")
    func otherBranch() async throws {
        try await withStore { store in
            _ = try await store.run(1, to: .waiting)
            #expect(try await store.closeInterrupted(of: Sample.repository, branch: "staging") == [])
            #expect(try await store.all().map(\.stage) == [.waiting])
        }
    }

    @Test("a shutdown closes the running one and queues its commit again")
    func shutdown() async throws {
        try await withStore { store in
            let running = try await store.run(1, to: .waiting, marathonDeployments: ["m-1"])
            try await store.interrupt(running)
            #expect(try await store.all().map(\.stage) == [.failed, .queued])
            let abandoned = try await store.abandonedMarathonDeployments(of: Sample.repository, branch: "dcos")
            #expect(abandoned == ["m-1"])
        }
    }

    @Test("one that has ended in the meantime is not closed a second time")
    func endedMeanwhile() async throws {
        try await withStore { store in
            let ended = try await store.run(1, to: .succeeded)
            try await store.interrupt(ended)
            #expect(try await store.all().map(\.stage) == [.succeeded])
        }
    }
}
