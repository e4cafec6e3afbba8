import ObserverEngine
import Simulators
import Testing

@Suite("A Marathon with failures")
struct MarathonTroubleTests {
    @Test("requests to a Marathon without a leader are repeated until it has one")
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

    @Test("a Marathon without a leader until the deadline is reported")
    func leaderlessForGood() async throws {
        try await withObserver(.timeout(4)) { world in
            world.marathon.setLeaderless(true)
            let run = try await world.deploy(Files.helloWorld)
            #expect(run.stage == .failed)
            #expect(
                run.outcome?.contains("is unavailable (status 503); it may have no leader.") == true,
                "\(run.outcome ?? "")")
        }
    }

    @Test(
        "a broken connection is retried, and nothing is applied twice",
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

    @Test("an answer lost after the change does not cause the change a second time")
    func lostAnswer() async throws {
        try await withObserver { world in
            world.marathon.inject(Fault(.put, "/v2/apps", times: 1, effect: .loseAnswer))
            let run = try await world.deploy(Files.helloWorld)
            #expect(run.stage == .succeeded)
            #expect(world.marathon.requests(.put, "/v2/apps").count == 1)
        }
    }

    @Test("the 404 page of a proxy does not mean that an app is gone")
    func missingPage() async throws {
        try await withObserver { world in
            world.marathon.setBehaviour(.noOffers, of: "/helloworld")
            let push = try await world.gitHub.push(files: Files.helloWorld)
            try await world.deployment(of: push.after, in: .waiting)
            let page = Fault.Effect.status(404, headers: ["Content-Type": "text/html"], body: "<h1>Not Found</h1>")
            world.marathon.inject(Fault(.get, "/v2/apps*", times: 3, effect: page))
            try await world.deployment(of: push.after) { $0.trouble != nil }
            world.marathon.setBehaviour(.healthy(after: .milliseconds(20)), of: "/helloworld")
            let run = try await world.end(of: push.after)
            #expect(run.stage == .succeeded, "\(run.outcome ?? "")")
        }
    }

    @Test("a success without apps is not from Marathon, and does not mean that there are none")
    func emptySuccess() async throws {
        try await withObserver { world in
            try await world.deploy(Files.helloWorld)
            world.marathon.inject(Fault(.get, "/v2/apps*", times: 2, effect: .status(200, body: "{}")))
            let run = try await world.deploy(["specs/helloworld.json": Files.app("helloworld", mem: 64)])
            #expect(run.stage == .succeeded && run.changes.map(\.kind) == [.updated], "\(run.outcome ?? "")")
        }
    }

    @Test("a short outage of Marathon while waiting is survived")
    func goneWhileWaiting() async throws {
        try await withObserver { world in
            world.marathon.setBehaviour(.noOffers, of: "/helloworld")
            let push = try await world.gitHub.push(files: Files.helloWorld)
            try await world.deployment(of: push.after, in: .waiting)
            try await world.marathon.stop()
            try await world.deployment(of: push.after) { $0.trouble != nil }
            try await world.marathon.start()
            world.marathon.setBehaviour(.healthy(after: .milliseconds(20)), of: "/helloworld")
            let run = try await world.end(of: push.after)
            #expect(run.stage == .succeeded, "\(run.outcome ?? "")")
        }
    }

    @Test("a Marathon that hangs while waiting does not outlast the deadline, and the last known state is reported")
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
            let outcome = try #require(run.outcome)
            // With longer limits, as under a sanitizer, the silence is too long for the last state to be known.
            #expect(
                outcome.hasPrefix("\(notHealthy(after: 5)): /helloworld: no task is healthy")
                    || Slowness.factor > 1 && outcome.hasPrefix("Marathon did not respond for "), "\(outcome)")
            #expect(try #require(run.duration(now: run.queuedAt)) < .seconds(18 * Slowness.factor))
        }
    }

    @Test("an internal error of Marathon is retried")
    func internalError() async throws {
        try await withObserver { world in
            world.marathon.inject(Fault(.get, "/v2/*", times: 2, effect: .status(500)))
            let run = try await world.deploy(Files.helloWorld)
            #expect(run.stage == .succeeded, "\(run.outcome ?? "")")
        }
    }

    @Test("if Marathon stops answering before the deadline, the health of the apps is reported as unknown")
    func silentAtDeadline() async throws {
        try await withObserver(.timeout(12)) { world in
            world.marathon.setBehaviour(.neverHealthy, of: "/helloworld")
            let push = try await world.gitHub.push(
                files: [
                    "dploy.app": Files.descriptor, "specs/helloworld.json": Files.app("helloworld", healthCheck: true),
                ])
            try await world.deployment(of: push.after, in: .waiting)
            try await world.deployment(of: push.after) { $0.progress != nil }
            world.marathon.setLeaderless(true)
            try await world.log.wait(for: "Marathon did not respond for ")
            world.marathon.setLeaderless(false)
            let run = try await world.deployment(of: push.after, in: .failed)
            #expect(run.outcome?.hasPrefix("Marathon did not respond for ") == true, "\(run.outcome ?? "")")
            #expect(run.outcome?.contains("app health is unknown") == true && run.retry != nil)
        }
    }

    @Test("a Marathon that never reports the health of the apps is reported as unresponsive")
    func silent() async throws {
        try await withObserver(.timeout(8)) { world in
            #expect(try await world.deploy(Files.helloWorld).stage == .succeeded)
            world.marathon.inject(Fault(.get, "/v2/apps/helloworld", effect: .hang))
            let run = try await world.deploy(["specs/helloworld.json": Files.app("helloworld", mem: 64)])
            #expect(run.stage == .failed)
            #expect(
                run.outcome?.hasPrefix("Marathon did not respond for \(Duration.seconds(8 * Slowness.factor).brief); ")
                    == true)
        }
    }
}
