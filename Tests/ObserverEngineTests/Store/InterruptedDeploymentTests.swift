import ObserverEngine
import Testing

@Suite("Interrupted deployments")
struct InterruptedDeploymentTests {
    @Test(
        "a deployment interrupted by a crash is closed and queued again",
        arguments: [Deployment.Stage.fetching, .validating, .applying, .waiting])
    func crash(stage: Deployment.Stage) async throws {
        try await withStore { store in
            let running = try await store.run(1, to: stage)
            let closed = try await store.closeInterrupted(of: Sample.branch)
            #expect(closed.map(\.id) == [running.id])
            let all = try await store.all()
            #expect(all.map(\.stage) == [.interrupted, .queued])
            #expect(all[0].outcome?.hasPrefix("The observer stopped. ") == true)
            let changesNothing = stage == .fetching || stage == .validating
            #expect(all[0].outcome?.hasSuffix("Nothing was applied.") == changesNothing)
            #expect(all[1].commit == running.commit)
            #expect(all[1].request.trigger == .restart)
        }
    }

    @Test("a failed deployment whose rollback was interrupted is not queued again")
    func rollingBack() async throws {
        try await withStore { store in
            var running = try await store.run(1, to: .waiting)
            running.giveUp(because: "Not healthy.")
            try await store.save(running)
            let closed = try await store.closeInterrupted(of: Sample.branch)
            #expect(closed.map(\.stage) == [.failed])
            let all = try await store.all()
            #expect(all.map(\.stage) == [.failed])
            let outcome = try #require(all[0].outcome)
            #expect(outcome.hasPrefix("Not healthy. The observer stopped before the rollback was complete"))
        }
    }

    @Test("after an interrupted rollback, the last success is deployed again, unless something newer is queued")
    func rollsBackAgain() async throws {
        try await withStore { store in
            _ = try await store.run(9, to: .succeeded)
            var running = try await store.run(1, to: .waiting)
            running.giveUp(because: "Not healthy.")
            try await store.save(running)
            let closed = try await store.closeInterrupted(of: Sample.branch)
            let all = try await store.all()
            #expect(all.map(\.stage) == [.succeeded, .failed, .queued])
            let rollback = try #require(all.last)
            #expect(rollback.commit == all[0].commit && rollback.request.trigger == .rollback)
            let sentence = "Deployment \(rollback.id) returns to \(rollback.commit.short), the last success."
            #expect(closed.last?.outcome?.hasSuffix(sentence) == true)
            #expect(all[1].outcome == closed.last?.outcome)
        }
        try await withStore { store in
            _ = try await store.run(9, to: .succeeded)
            var running = try await store.run(1, to: .waiting)
            running.giveUp(because: "Not healthy.")
            try await store.save(running)
            _ = try await store.enqueue(try Sample.request(2))
            _ = try await store.closeInterrupted(of: Sample.branch)
            #expect(try await store.all().map(\.commit).last == (try Sample.commit(2)))
        }
    }

    @Test("a failure after a deployment that left changes returns to the last success; without changes, nothing does")
    func leftovers() async throws {
        for stage in [Deployment.Stage.validating, .waiting] {
            try await withStore { store in
                _ = try await store.run(9, to: .succeeded)
                let older = try await store.run(1, to: stage)
                let queued = try await store.enqueue(try Sample.request(2))
                #expect(try await store.supersedeStalled(older, by: queued) != nil)
                let newer = try await store.start(queued)
                let (failed, rollback) = try await store.failForGood(newer, outcome: "Invalid.", undoingOthers: true)
                #expect(failed.stage == .failed)
                #expect(rollback?.commit == (stage == .waiting ? try Sample.commit(9) : nil))
                let all = try await store.all()
                #expect(all.map(\.stage).prefix(3) == [.succeeded, .superseded, .failed])
                // Its own failure does not queue it again.
                guard let rollback else { return }
                let started = try await store.start(rollback)
                let again = try await store.failForGood(started, outcome: "Unhealthy.", undoingOthers: true)
                #expect(again.rollback == nil)
            }
        }
    }

    @Test(
        "an operator's deployment keeps its trigger when it is queued again",
        arguments: [Deployment.Trigger.operator, .rollback])
    func keepsTrigger(trigger: Deployment.Trigger) async throws {
        try await withStore { store in
            _ = try await store.run(1, to: .waiting, trigger: trigger)
            _ = try await store.closeInterrupted(of: Sample.branch)
            var again = try #require(try await store.all().last)
            #expect(again.stage == .queued && again.request.trigger == trigger)
            again.advance(to: .fetching, at: Sample.now)
            try await store.save(again)
            try await store.interrupt(again)
            let all = try await store.all()
            #expect(all.map(\.stage) == [.interrupted, .interrupted, .queued])
            #expect(all.last?.request.trigger == trigger)
        }
    }

    @Test("the head is queued again if its restarted deployment was superseded before it ran")
    func supersededAfterwards() async throws {
        try await withStore { store in
            _ = try await store.run(9, to: .succeeded)
            try await store.interrupt(try await store.run(1, to: .fetching))
            let old = try await store.run(2, to: .fetching)
            #expect(try await store.all().map(\.stage) == [.succeeded, .interrupted, .superseded, .fetching])
            let head = try await store.supersede(old, with: try Sample.request(1), outcome: "moved on")
            #expect(head?.commit == (try Sample.commit(1)))
        }
    }

    @Test("a poll queues the head again if its restarted deployment was given up")
    func missedAfterwards() async throws {
        try await withStore { store in
            try await store.interrupt(try await store.run(1, to: .fetching))
            var again = try #require(try await store.all().last)
            again.finish(as: .superseded, outcome: "the branch does not exist any more", at: Sample.now)
            try await store.save(again)
            let history = try await store.history(of: try Sample.commit(1), on: Sample.branch)
            #expect(history.newest == nil)
            #expect(try await store.reconcile(1) != nil)
        }
    }

    @Test(
        "an interrupted or cancelled deployment does not count as the previous deployment",
        arguments: [Deployment.Stage.interrupted, .cancelled])
    func before(stage: Deployment.Stage) async throws {
        try await withStore { store in
            let first = try await store.run(1, to: .succeeded)
            _ = try await store.run(2, to: stage)
            let last = try await store.run(2, to: .succeeded)
            #expect(try await store.deployment(before: last)?.id == first.id)
        }
    }

    @Test("an interrupted deployment is not queued again if a newer one is queued")
    func newerQueued() async throws {
        try await withStore { store in
            _ = try await store.run(1, to: .waiting)
            _ = try await store.enqueue(try Sample.request(2))
            _ = try await store.closeInterrupted(of: Sample.branch)
            let all = try await store.all()
            #expect(all.map(\.stage) == [.interrupted, .queued])
            #expect(all[1].commit == (try Sample.commit(2)))
            #expect(all[1].request.trigger == .delivery)
        }
    }

    @Test(
        "finished and queued deployments are left unchanged",
        arguments: [Deployment.Stage.succeeded, .failed, .superseded, .cancelled, .interrupted])
    func unchanged(stage: Deployment.Stage) async throws {
        try await withStore { store in
            _ = try await store.run(1, to: stage)
            _ = try await store.enqueue(try Sample.request(2))
            let before = try await store.all()
            #expect(try await store.closeInterrupted(of: Sample.branch) == [])
            #expect(try await store.all() == before)
        }
    }

    @Test("deployments of another branch are left unchanged")
    func otherBranch() async throws {
        try await withStore { store in
            _ = try await store.run(1, to: .waiting)
            #expect(try await store.closeInterrupted(of: Sample.staging) == [])
            #expect(try await store.all().map(\.stage) == [.waiting])
        }
    }

    @Test("a deployment interrupted by a shutdown is closed and queued again")
    func shutdown() async throws {
        try await withStore { store in
            let running = try await store.run(1, to: .waiting, externalIDs: ["m-1"])
            try await store.interrupt(running)
            #expect(try await store.all().map(\.stage) == [.interrupted, .queued])
            let abandoned = try await store.abandonedDeployments(of: Sample.branch)
            #expect(abandoned.map(\.externalIDs) == [["m-1"]])
        }
    }

    @Test("a deployment that finished in the meantime is not closed again")
    func finishedMeanwhile() async throws {
        try await withStore { store in
            let ended = try await store.run(1, to: .succeeded)
            try await store.interrupt(ended)
            #expect(try await store.all().map(\.stage) == [.succeeded])
        }
    }

    @Test(
        "a deployment that waits for the token returns to the queue, unless a newer one is queued",
        arguments: [true, false])
    func putBack(isNewest: Bool) async throws {
        try await withStore { store in
            let running = try await store.run(1, to: .fetching)
            if !isNewest { _ = try await store.enqueue(try Sample.request(2)) }
            try await store.putBack(running)
            let all = try await store.all()
            #expect(all.map(\.stage) == (isNewest ? [.queued] : [.superseded, .queued]))
            #expect(try await store.queued(of: Sample.branch).first?.id == all.last?.id)
            #expect(!isNewest || all[0].startedAt == nil)
        }
    }
}

extension Store {
    /// Starts a queued deployment.
    fileprivate func start(_ queued: Deployment) async throws -> Deployment {
        var started = queued
        started.advance(to: .fetching, at: Sample.now)
        try await save(started)
        return started
    }
}
