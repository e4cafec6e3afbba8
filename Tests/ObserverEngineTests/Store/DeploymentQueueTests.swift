import ObserverEngine
import Testing

@Suite("The table of deployments as a queue")
struct DeploymentQueueTests {
    @Test("of those that wait only the newest stays")
    func newestWaits() async throws {
        try await withStore { store in
            for number in 1...4 { _ = try await store.enqueue(try Sample.request(number)) }
            let all = try await store.all()
            #expect(all.map(\.stage) == [.superseded, .superseded, .superseded, .queued])
            let newer = try Sample.commit(2).short
            #expect(all[0].outcome == "superseded by the newer \(newer)")
            #expect(all[0].finishedAt != nil)
            #expect(all[0].startedAt == nil)
        }
    }

    @Test("one that runs is left alone")
    func runningStays() async throws {
        try await withStore { store in
            _ = try await store.run(1, to: .waiting)
            _ = try await store.enqueue(try Sample.request(2))
            #expect(try await store.all().map(\.stage) == [.waiting, .queued])
        }
    }

    @Test("branches do not supersede each other")
    func branches() async throws {
        try await withStore { store in
            _ = try await store.enqueue(try Sample.request(1))
            _ = try await store.enqueue(try Sample.request(2, branch: Sample.staging))
            #expect(try await store.all().map(\.stage) == [.queued])
            #expect(try await store.all(branch: Sample.staging).map(\.stage) == [.queued])
            let next = try await store.nextQueued(of: Sample.staging)
            #expect(next?.commit == (try Sample.commit(2)))
        }
    }

    @Test("many pushes at once leave exactly one that waits")
    func concurrentPushes() async throws {
        try await withStore { store in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 1...40 {
                    group.addTask { _ = try await store.enqueue(try Sample.request(number)) }
                }
                try await group.waitForAll()
            }
            let stages = try await store.all().map(\.stage)
            #expect(stages.count { $0 == .queued } == 1)
            #expect(stages.last == .queued)
        }
    }

    @Test("the head of the branch takes the place of a deployment that is not wanted any more")
    func supersedeByHead() async throws {
        try await withStore { store in
            let late = try await store.run(1, to: .fetching)
            let queued = try await store.supersede(late, with: try Sample.request(2), outcome: "moved on")
            #expect(queued?.commit == (try Sample.commit(2)))
            let all = try await store.all()
            #expect(all.map(\.stage) == [.superseded, .queued])
            #expect(all[0].outcome == "moved on")
        }
    }

    @Test("a head that was deployed already, or waits already, is not queued again")
    func headIsKnown() async throws {
        try await withStore { store in
            _ = try await store.run(2, to: .succeeded)
            let late = try await store.run(1, to: .fetching)
            #expect(try await store.supersede(late, with: try Sample.request(2), outcome: "moved on") == nil)
            #expect(try await store.all().map(\.stage) == [.succeeded, .superseded])
        }
    }

    @Test("what has ended does not change any more", arguments: [Deployment.Stage.succeeded, .failed, .superseded])
    func finalStageStays(stage: Deployment.Stage) async throws {
        try await withStore { store in
            let ended = try await store.run(1, to: stage)
            let before = try await store.all()
            let stale = Deployment(id: ended.id, request: ended.request, queuedAt: ended.queuedAt, stage: .fetching)
            await #expect(throws: Store.AlreadyEnded.self) { try await store.save(stale) }
            try await store.interrupt(stale)
            #expect(try await store.all() == before)
        }
    }

    @Test("a row comes back as it was saved")
    func roundTrip() async throws {
        try await withStore { store in
            var request = try Sample.request(1, trigger: .rollback)
            request.commit.previous = try Sample.commit(9)
            request.commit.message = "Say \u{1F44B}\nand more"
            request.commit.author = "Ada"
            request.isForced = true
            request.delivery = 7
            var deployment = try await store.enqueue(request, at: Sample.now)
            deployment.advance(to: .waiting, at: Sample.now)
            deployment.changes = [
                AppChange(appID: "/a", kind: .updated, fields: [.init(path: "/mem", before: "1", after: nil)])
            ]
            deployment.progress = DeploymentProgress(phase: 1, phases: 2, steps: [.init(name: "/a", done: 0, of: 1)])
            deployment.externalIDs = ["one", "two"]
            try await store.save(deployment)
            #expect(try await store.deployment(deployment.id) == deployment)
        }
    }
}
