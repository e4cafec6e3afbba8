import ObserverEngine
import Simulators
import Testing

@Suite("A Marathon that falters")
struct MarathonTroubleTests {
    @Test("one without a leader is asked again until it has one")
    func leaderless() async throws {
        try await withObserver { world in
            world.marathon.setLeaderless(true)
            let push = try await world.gitHub.push(files: Files.helloWorld)
            try await world.marathon.request { $0.status == 503 }
            world.marathon.setLeaderless(false)
            let run = try await world.end(of: push.after)
            #expect(run.stage == .succeeded, "\(run.outcome ?? "")")
        }
    }

    @Test("one without a leader until the deadline is named")
    func leaderlessForGood() async throws {
        try await withObserver(.timeout(1)) { world in
            world.marathon.setLeaderless(true)
            let run = try await world.deploy(Files.helloWorld)
            #expect(run.stage == .failed)
            #expect(run.outcome?.contains("is unavailable (status 503); perhaps it has no leader.") == true)
        }
    }

    @Test(
        "a connection that breaks is tried again, and nothing is applied twice",
        arguments: [Fault.Effect.reset, .loseAnswer, .resetMidway, .truncate, .status(502, body: "<html>proxy</html>")])
    func broken(effect: Fault.Effect) async throws {
        try await withObserver { world in
            world.marathon.inject(Fault(.put, "/v2/apps", times: 1, effect: effect))
            world.marathon.inject(Fault(.get, "/v2/apps*", times: 2, effect: effect))
            let run = try await world.deploy(Files.helloWorld)
            #expect(run.stage == .succeeded, "\(run.outcome ?? "")")
            let app = try #require(world.marathon.app("/helloworld"))
            #expect(app.version == app.lastConfigChangeAt)
            #expect(app.tasks.count == 1)
            #expect(world.marathon.deployments().isEmpty)
        }
    }

    @Test("an answer that is lost after the change was made does not make it a second time")
    func lostAnswer() async throws {
        try await withObserver { world in
            world.marathon.inject(Fault(.put, "/v2/apps", times: 1, effect: .loseAnswer))
            let run = try await world.deploy(Files.helloWorld)
            #expect(run.stage == .succeeded)
            #expect(world.marathon.requests(.put, "/v2/apps").count == 1)
        }
    }

    @Test("one that is gone for a moment while we wait is waited for")
    func goneWhileWaiting() async throws {
        try await withObserver { world in
            world.marathon.setBehaviour(.healthy(after: .seconds(2)), of: "/helloworld")
            let push = try await world.gitHub.push(files: Files.helloWorld)
            try await world.deployment(of: push.after, in: .waiting)
            try await world.marathon.stop()
            try await world.marathon.start()
            let run = try await world.end(of: push.after)
            #expect(run.stage == .succeeded, "\(run.outcome ?? "")")
        }
    }

    @Test("one that hangs while we wait does not outlast the deadline, and what was seen last is told")
    func hangingWhileWaiting() async throws {
        try await withObserver(.leaving(after: 5)) { world in
            world.marathon.setBehaviour(.neverHealthy, of: "/helloworld")
            let push = try await world.gitHub.push(files: [
                "dploy.app": Files.descriptor, "specs/helloworld.json": Files.app("helloworld", healthCheck: true),
            ])
            try await world.log.wait(for: "stage=waiting")
            world.marathon.inject(Fault(.get, "/v2/*", effect: .hang))
            let run = try await world.end(of: push.after)
            #expect(run.stage == .failed)
            #expect(
                run.outcome?.hasPrefix("\(notHealthy(after: 5)): /helloworld has 0 of 1 tasks healthy") == true)
            #expect(try #require(run.duration(now: run.queuedAt)) < .seconds(18 * Slowness.factor))
        }
    }

    @Test("an error inside Marathon is no reason to give up looking")
    func internalError() async throws {
        try await withObserver { world in
            world.marathon.inject(Fault(.get, "/v2/*", times: 2, effect: .status(500)))
            let run = try await world.deploy(Files.helloWorld)
            #expect(run.stage == .succeeded, "\(run.outcome ?? "")")
        }
    }

    @Test("one that never says how the apps are is told as silent")
    func silent() async throws {
        try await withObserver(.timeout(8)) { world in
            #expect(try await world.deploy(Files.helloWorld).stage == .succeeded)
            world.marathon.inject(Fault(.get, "/v2/apps/helloworld", effect: .hang))
            let run = try await world.deploy(["specs/helloworld.json": Files.app("helloworld", mem: 64)])
            #expect(run.stage == .failed)
            #expect(run.outcome?.hasPrefix("Marathon did not tell within \(8 * Slowness.factor) s whether") == true)
        }
    }
}
