import Simulators
import Testing

@Suite("Simulated Marathon: apps and deployments")
struct MarathonTests {
    private let web: JSON = [
        "id": "web", "cmd": "sleep 60", "instances": 2, "cpus": 0.1, "mem": 32, "labels": ["DPLOY": "s4d"],
        "healthChecks": [["path": "/", "protocol": "HTTP"]],
    ]

    @Test("PUT creates an app with 201, and it becomes healthy in two steps")
    func creation() async throws {
        try await withSimulators { world in
            let marathon = world.marathon
            marathon.setBehaviour(.noOffers, of: "web")
            let created = try await marathon.client.send(.put, "/v2/apps/web", web)
            #expect(created.status == 201)
            #expect(created.headers["Content-Type"] == "application/json; qs=2")
            #expect(created.headers["Marathon-Deployment-Id"] == created.json["deploymentId"]?.string)
            let running = try await marathon.client.send(.get, "/v2/deployments").json[0]
            #expect(running?["steps"]?.array?.count == 2)
            #expect(running?["steps"]?[0]?["actions"] == [["action": "StartApplication", "app": "/web"]])
            #expect(running?["currentStep"] == 2)
            marathon.setBehaviour(.healthy(after: .milliseconds(20)), of: "web")
            try await marathon.waitUntilReady("web")
            let app = try #require(try await marathon.client.send(.get, "/v2/apps//web").json["app"])
            #expect(app["tasksHealthy"] == 2)
            #expect(app["deployments"] == [])
            #expect(app["tasks"]?[0]?["healthCheckResults"]?[0]?["alive"] == true)
            #expect(app["version"]?.string == created.json["version"]?.string)
            #expect(marathon.violations() == [])
        }
    }

    @Test("a PUT without changes restarts nothing, a new instance count scales, anything else restarts")
    func updates() async throws {
        try await withSimulators { world in
            let marathon = world.marathon
            _ = try await marathon.client.send(.put, "/v2/apps/web", web)
            let first = try await marathon.waitUntilReady("web")
            let same = try await marathon.client.send(.put, "/v2/apps/web", web)
            #expect(same.status == 200)
            #expect(same.json["deploymentId"]?.string?.isEmpty == false)
            #expect(try await marathon.waitUntilReady("web").version == first.version)

            _ = try await marathon.client.send(.put, "/v2/apps/web", ["instances": 3])
            let scaled = try await marathon.waitUntilReady("web")
            #expect(scaled.tasks.count == 3)
            #expect(scaled.lastConfigChangeAt == first.version)
            #expect(scaled.version > first.version)
            #expect(Set(first.tasks.map(\.id)).isSubset(of: scaled.tasks.map(\.id)))

            _ = try await marathon.client.send(.put, "/v2/apps/web", ["labels": ["DPLOY": "other"]])
            let restarted = try await marathon.waitUntilReady("web")
            #expect(restarted.labels == ["DPLOY": "other"])
            #expect(Set(scaled.tasks.map(\.id)).isDisjoint(with: restarted.tasks.map(\.id)))

            let back = try await marathon.client.send(.put, "/v2/apps/web", ["version": .string(first.version)])
            #expect(back.status == 200)
            #expect(try await marathon.waitUntilReady("web").labels == ["DPLOY": "s4d"])
        }
    }

    @Test("several apps share one deployment")
    func manyApps() async throws {
        try await withSimulators { world in
            let marathon = world.marathon
            let database: JSON = ["id": "db", "cmd": "run"]
            marathon.setBehaviour(.noOffers, of: "db")
            let both = try await marathon.client.send(
                .put, "/v2/apps", .array([web.merging(["dependencies": ["/db"]]), database]))
            #expect(both.status == 200)
            let deployment = try #require(marathon.deployments().first)
            #expect(Set(deployment.affectedApps) == ["/db", "/web"])
            #expect(deployment.steps.count == 3)
            #expect(deployment.steps[1].map(\.app) == ["/db"])
            marathon.setBehaviour(.healthy(after: .milliseconds(20)), of: "db")
            try await marathon.waitUntilReady("web")
        }
    }

    @Test("changing a locked app is a 409 with the deployment id, unless forced")
    func locks() async throws {
        try await withSimulators { world in
            let marathon = world.marathon
            marathon.createApp(web)
            let lock = marathon.lock("web")
            let refused = try await marathon.client.send(.put, "/v2/apps/web", ["mem": 64])
            #expect(refused.status == 409)
            #expect(refused.json["deployments"] == [["id": .string(lock)]])
            #expect(try await marathon.client.send(.post, "/v2/apps", web).json["deployments"] == nil)
            let forced = try await marathon.client.send(.put, "/v2/apps/web?force=true", ["mem": 64])
            #expect(forced.status == 200)
            #expect(try await marathon.waitUntilReady("web").definition["mem"] == 64)
        }
    }

    @Test("deployments can be rolled back or stopped")
    func rollback() async throws {
        try await withSimulators { world in
            let marathon = world.marathon
            marathon.createApp(web)
            marathon.setBehaviour(.neverHealthy, of: "web")
            let stuck = try await marathon.client.send(.put, "/v2/apps/web", ["mem": 64])
            let id = try #require(stuck.json["deploymentId"]?.string)
            marathon.setBehaviour(.healthy(after: .milliseconds(10)), of: "web")
            let undone = try await marathon.client.send(.delete, "/v2/deployments/\(id)")
            #expect(undone.status == 200)
            #expect(undone.json["deploymentId"]?.string != id)
            #expect(try await marathon.waitUntilReady("web").definition["mem"] == 32)
            let other = marathon.lock("web")
            let stopped = try await marathon.client.send(.delete, "/v2/deployments/\(other)?force=true")
            #expect(stopped.status == 202)
            #expect(stopped.body.isEmpty)
            #expect(try await marathon.client.send(.delete, "/v2/deployments/\(other)").status == 404)
        }
    }

    @Test("a crashing app reports its last failure, and an app without offers is in the launch queue")
    func trouble() async throws {
        try await withSimulators { world in
            let marathon = world.marathon
            marathon.setBehaviour(.crashing("Container exited with status 137"), of: "bad")
            marathon.setBehaviour(.noOffers, of: "lonely")
            _ = try await marathon.client.send(.put, "/v2/apps/bad", ["cmd": "exit 1"])
            _ = try await marathon.client.send(
                .put, "/v2/apps/lonely", ["cmd": "x", "acceptedResourceRoles": ["slave_public"]])
            try await marathon.wait(for: "two crashes") {
                ($0.apps["/bad"]?.tasks.isEmpty == false && $0.apps["/bad"]?.lastTaskFailure != nil) ? true : nil
            }
            let bad = try await marathon.client.send(.get, "/v2/apps/bad")
            #expect(bad.json["app"]?["lastTaskFailure"]?["message"] == "Container exited with status 137")
            #expect(bad.json["app"]?["deployments"]?.array?.count == 1)
            let queue = try await marathon.client.send(.get, "/v2/queue").json["queue"]?.array ?? []
            let lonely = queue.first { $0["app"]?["id"] == "/lonely" }
            #expect(lonely?["delay"]?["overdue"] == true)
            #expect(lonely?["count"] == 1)
        }
    }

    @Test("apps are selected by label and deleted")
    func selection() async throws {
        try await withSimulators { world in
            let marathon = world.marathon
            marathon.createApp(web)
            marathon.createApp(["id": "/other/thing", "cmd": "x", "labels": ["DPLOY": "x", "tier": "db"]])
            for (selector, expected) in [
                ("DPLOY==s4d", ["/web"]), ("DPLOY", ["/other/thing", "/web"]), ("DPLOY!=s4d", ["/other/thing"]),
                ("tier%20in%20(db,web)", ["/other/thing"]), ("DPLOY,tier", ["/other/thing"]),
            ] {
                let found = try await marathon.client.send(.get, "/v2/apps?label=\(selector)")
                #expect(found.json["apps"]?.array?.compactMap { $0["id"]?.string } == expected, "\(selector)")
            }
            let listed = try await marathon.client.send(.get, "/v2/apps").json["apps"]?[0]
            #expect(listed?["tasks"] == nil)
            let embedded = try await marathon.client.send(.get, "/v2/apps?embed=apps.tasks").json["apps"]?[0]
            #expect(embedded?["tasks"]?.array?.count == 1)
            #expect(try await marathon.client.send(.delete, "/v2/apps/web").status == 200)
            try await marathon.wait(for: "the deletion to finish") { $0.deployments.isEmpty ? true : nil }
            #expect(try await marathon.client.send(.get, "/v2/apps/web").json["message"] == "App '/web' does not exist")
        }
    }
}
