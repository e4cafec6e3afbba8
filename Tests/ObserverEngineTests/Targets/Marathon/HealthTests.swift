import ObserverEngine
import Simulators
import Testing

@Suite("Waiting until the apps are healthy")
struct HealthTests {
    private static let checked: [String: String?] = [
        "dploy.app": Files.descriptor, "specs/web.json": Files.app("web", healthCheck: true),
    ]

    @Test("at the deadline the outcome shows how the last task failed, and that Marathon delays the next")
    func crashing() async throws {
        var setup = ObserverSetup.timeout(4)
        setup.simulators.marathon.timing.backoff = .seconds(30)
        try await withObserver(setup) { world in
            world.marathon.setBehaviour(.crashing("exited with status 127"), of: "/web")
            let run = try await world.deploy(Self.checked)
            #expect(run.stage == .failed)
            let outcome = try #require(run.outcome)
            #expect(outcome.hasPrefix("\(notHealthy(after: 4)): /web: no task is healthy"), "\(outcome)")
            #expect(outcome.contains("exited with status 127"))
            #expect(outcome.contains("Marathon delays the next launch by"))
        }
    }

    @Test("at the deadline the outcome shows that no offer fits")
    func noOffers() async throws {
        try await withObserver(.timeout(4)) { world in
            world.marathon.setBehaviour(.noOffers, of: "/web")
            let run = try await world.deploy(Self.checked)
            #expect(run.stage == .failed)
            #expect(
                run.outcome?.contains("Marathon is waiting for a matching resource offer") == true,
                "\(run.outcome ?? "")")
        }
    }

    @Test("a failure from before this push is not blamed on it")
    func oldFailure() async throws {
        try await withObserver(.timeout(4)) { world in
            world.marathon.setBehaviour(.crashing("long ago"), of: "/web")
            let first = try await world.deploy(Self.checked)
            #expect(first.outcome?.contains("long ago") == true)
            world.marathon.setBehaviour(.neverHealthy, of: "/web")
            let second = try await world.deploy(["specs/web.json": Files.app("web", mem: 64, healthCheck: true)])
            #expect(second.stage == .failed)
            #expect(second.outcome?.contains("long ago") == false, "\(second.outcome ?? "")")
        }
    }

    @Test(
        "apps become healthy although Marathon does not list its deployments",
        arguments: [Fault.Effect.status(500), .status(403), .hang, .body("<html>proxy</html>", type: "text/html")])
    func noProgress(effect: Fault.Effect) async throws {
        try await withObserver { world in
            world.marathon.inject(Fault(.get, "/v2/deployments", effect: effect))
            let run = try await world.deploy(Self.checked)
            #expect(run.stage == .succeeded, "\(run.outcome ?? "")")
        }
    }

    @Test("an answer without the app does not mean that the app is gone")
    func emptyAnswer() async throws {
        try await withObserver { world in
            world.marathon.setBehaviour(.healthy(after: .milliseconds(300)), of: "/web")
            let push = try await world.gitHub.push(files: Self.checked)
            try await world.deployment(of: push.after, in: .waiting)
            world.marathon.inject(Fault(.get, "/v2/apps/web", times: 1, effect: .body("{}")))
            let run = try await world.end(of: push.after)
            #expect(run.stage == .succeeded, "\(run.outcome ?? "")")
        }
    }

    @Test("an app that does not list its deployments is ready once this deployment is no longer listed")
    func silentApp() async throws {
        try await withObserver(.timeout(30)) { world in
            #expect(try await world.deploy(Self.checked).stage == .succeeded)
            world.marathon.setBehaviour(.neverHealthy, of: "/web")
            let push = try await world.gitHub.push(files: [
                "specs/web.json": Files.app("web", mem: 64, healthCheck: true)
            ])
            let waiting = try await world.deployment(of: push.after, in: .waiting)
            let spec = try #require(world.marathon.app("/web")?.labels["DPLOY_SPEC"])
            let bare = #"{"app":{"id":"/web","instances":1,"tasksRunning":1,"labels":{"DPLOY_SPEC":"\#(spec)"}}}"#
            world.marathon.inject(Fault(.get, "/v2/apps/web", effect: .status(200, body: bare)))
            let asked = world.marathon.requests(.get, "/v2/apps/web").count
            try await world.marathon.request(.get, "/v2/apps/web", count: asked + 2)
            #expect(try await world.engine.store.deployment(waiting.id)?.stage == .waiting)
            world.marathon.unlock(try #require(world.marathon.deployments().first).id)
            #expect(try await world.end(of: push.after).stage == .succeeded)
        }
    }

    @Test("an app that someone else changes during the deployment fails it")
    func overridden() async throws {
        try await withObserver { world in
            world.marathon.setBehaviour(.neverHealthy, of: "/web")
            let push = try await world.gitHub.push(files: Self.checked)
            try await world.deployment(of: push.after, in: .waiting)
            world.marathon.createApp(["id": "/web", "cmd": "foreign"])
            let run = try await world.end(of: push.after)
            #expect(run.stage == .failed)
            #expect(
                run.outcome
                    == "/web was changed in Marathon by someone else during the deployment; it is not running this commit."
            )
        }
    }

    @Test("progress is recorded as Marathon reports it")
    func progress() async throws {
        try await withObserver { world in
            let run = try await world.deploy([
                "dploy.app": Files.descriptor, "specs/web.json": Files.app("web", instances: 2),
            ])
            #expect(run.progress?.steps == [.init(name: "/web", done: 2, of: 2)])
            let journal = try await world.journal(of: run)
            #expect(journal.contains { $0.hasPrefix("waiting ") && $0.hasSuffix("/web 2 of 2 healthy") })
            #expect(journal.dropLast().last == "healthy /web")
            #expect(journal.last?.hasPrefix("succeeded in ") == true)
        }
    }

    @Test("a push that touches no spec does not succeed while the apps are not healthy")
    func unchangedButUnhealthy() async throws {
        try await withObserver(.leaving(after: 5)) { world in
            world.marathon.setBehaviour(.neverHealthy, of: "/web")
            #expect(try await world.deploy(Self.checked).stage == .failed)
            let second = try await world.deploy(["README.md": "Nothing to see"])
            #expect(second.stage == .failed)
            #expect(second.outcome?.hasPrefix("\(notHealthy(after: 5)): /web: no task is healthy") == true)
            #expect(world.applied().count == 1)
        }
    }

    @Test("many apps are read in one list, and a failing app is named with its reason")
    func manyApps() async throws {
        try await withObserver(.leaving(after: 5)) { world in
            var files: [String: String?] = ["dploy.app": Files.descriptor]
            for number in 0..<30 { files["specs/\(number).json"] = Files.app("app-\(number)") }
            world.marathon.setBehaviour(.crashing("exited with status 3"), of: "/app-7")
            let run = try await world.deploy(files)
            #expect(run.stage == .failed)
            let outcome = try #require(run.outcome)
            #expect(outcome.hasPrefix("\(notHealthy(after: 5)): /app-7: no task is healthy"), "\(outcome)")
            #expect(outcome.contains("exited with status 3"))
            #expect(
                try await world.journal(of: run).contains { $0.hasSuffix("/app-7 0 of 1 healthy, 29 others healthy") })
            #expect(world.marathon.requests(.get, "/v2/apps/app-3").isEmpty)
        }
    }

    @Test("many new apps are read in a few lists, however many events they cause")
    func fewLists() async throws {
        try await withObserver { world in
            var files: [String: String?] = ["dploy.app": Files.descriptor]
            for number in 0..<30 {
                files["specs/\(number).json"] = Files.app("app-\(number)")
                world.marathon.setBehaviour(.healthy(after: .milliseconds(200 + 40 * number)), of: "/app-\(number)")
            }
            #expect(try await world.deploy(files).stage == .succeeded)
            let requests = world.marathon.requests()
            #expect(requests.allSatisfy { !$0.request.matches(.get, "/v2/apps/*") })
            // Two for the plan. Then one at the connection to the event stream, one at the end, and perhaps one between.
            let put = try #require(requests.firstIndex { $0.request.matches(.put, "/v2/apps") })
            let end = try #require(requests.lastIndex { $0.request.matches(.get, "/v2/deployments") })
            let lists = requests[put...end].filter { $0.request.matches(.get, "/v2/apps") }
            #expect((1...4).contains(lists.count))
        }
    }
}
