import Foundation
import Testing

@testable import ObserverEngine

@Suite("Deployment queue")
struct DeploymentQueueTests {
    @Test("only the newest queued deployment stays queued")
    func newestStays() async throws {
        try await withStore { store in
            for number in 1...4 { _ = try await store.enqueue(try Sample.request(number)) }
            let all = try await store.all()
            #expect(all.map(\.stage) == [.superseded, .superseded, .superseded, .queued])
            let newer = try Sample.commit(2).short
            #expect(all[0].outcome == "superseded by deployment \(all[1].id) (\(newer))")
            #expect(all[0].finishedAt != nil)
            #expect(all[0].startedAt == nil)
        }
    }

    @Test("the replay of an earlier push does not replace a queued push, which runs after it, also if it is cancelled")
    func replay() async throws {
        try await withStore { store in
            _ = try await store.run(1, to: .succeeded)
            let push = try await store.enqueue(try Sample.request(2))
            try await store.note(head: push.commit, of: Sample.branch)
            var request = try Sample.request(1)
            request.requestedBy = "ann"
            let cancelled = try await store.enqueue(request)
            try await store.cancelQueued(cancelled.id, by: "ann")
            #expect(try await store.queued(of: Sample.branch).map(\.id) == [push.id])
            let replay = try await store.enqueue(request)
            let started = try #require(try await store.start(replay))
            let head = try Sample.request(2, trigger: .poll)
            _ = try await store.supersede(started, with: head, outcome: "moved on")
            #expect(try await store.queued(of: Sample.branch).map(\.commit) == [push.commit])
            // The replay of its own commit takes its place.
            request.commit = push.request.commit
            let own = try await store.enqueue(request)
            #expect(try await store.queued(of: Sample.branch).map(\.id) == [own.id])
        }
    }

    @Test("a running deployment is not superseded by a newer one")
    func runningStays() async throws {
        try await withStore { store in
            _ = try await store.run(1, to: .waiting)
            _ = try await store.enqueue(try Sample.request(2))
            #expect(try await store.all().map(\.stage) == [.waiting, .queued])
        }
    }

    @Test("a deployment does not supersede one of another branch")
    func branches() async throws {
        try await withStore { store in
            _ = try await store.enqueue(try Sample.request(1))
            _ = try await store.enqueue(try Sample.request(2, branch: Sample.staging))
            #expect(try await store.all().map(\.stage) == [.queued])
            #expect(try await store.all(branch: Sample.staging).map(\.stage) == [.queued])
            let next = try await store.queued(of: Sample.staging).first
            #expect(next?.commit == (try Sample.commit(2)))
        }
    }

    @Test("concurrent pushes leave exactly one deployment queued")
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

    @Test("an outdated deployment is superseded by one of the head")
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

    @Test("a head that is already deployed is not queued again")
    func headIsDeployed() async throws {
        try await withStore { store in
            _ = try await store.run(2, to: .succeeded)
            let late = try await store.run(1, to: .fetching)
            #expect(try await store.supersede(late, with: try Sample.request(2), outcome: "moved on") == nil)
            #expect(try await store.all().map(\.stage) == [.succeeded, .superseded])
        }
    }

    @Test(
        "a finished deployment does not change",
        arguments: [Deployment.Stage.succeeded, .failed, .superseded, .cancelled, .interrupted])
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

    @Test("a deployment is read back as it was saved")
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

@Suite("A clock that is set back")
struct SetBackClockTests {
    @Test("deployments stay in the order in which they were queued, and no duration is negative")
    func rows() async throws {
        try await withStore { store in
            for number in 0..<3 {
                let earlier = Sample.now - Double(number) * 86_400
                var deployment = try await store.enqueue(try Sample.request(number), at: earlier)
                deployment.externalIDs = ["one"]
                deployment.advance(to: .fetching, at: earlier + 60)
                deployment.finish(as: .succeeded, outcome: "done", at: earlier - 3600)
                try await store.save(deployment)
            }
            let commits = try await store.all().map(\.commit)
            #expect(try commits == (0..<3).map(Sample.commit))
            #expect(try await store.lastSucceeded(of: Sample.branch)?.commit == Sample.commit(2))
            #expect(try await store.all().allSatisfy { $0.duration(now: Sample.now) == .zero })
            #expect(try await store.expectedSeconds(of: Sample.branch) == 0)
        }
    }

    @Test("a running deployment that started in the future has a duration of zero")
    func running() async throws {
        try await withStore { store in
            let deployment = try await store.run(1, to: .waiting)
            #expect(deployment.duration(now: Sample.now - 10) == .zero)
        }
    }
}
