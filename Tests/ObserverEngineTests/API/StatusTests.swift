import Foundation
import ObserverEngine
import Simulators
import Testing

@Suite("GET /status")
struct StatusTests {
    @Test("has the fields of the original, before the first deployment too")
    func original() async throws {
        try await withObserver { world in
            let answer = try await world.answer(.get, "/status")
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == "application/json")
            #expect(answer.json["owner"] == "mhausenblas")
            #expect(answer.json["repo"] == "s4d")
            #expect(answer.json["branch"] == "dcos")
            #expect(answer.json["pubnode"] == "127.0.0.1")
            #expect(answer.json["lastdeploy"] == .null)
            #expect(answer.json.object?.keys.contains("lastdeploy") == true)
        }
    }

    @Test("tells of version, hook, last delivery and last deployment")
    func rest() async throws {
        try await withObserver { world in
            try await world.log.wait(for: "Ping received: GitHub can reach ")
            let push = try await world.gitHub.push(files: Files.helloWorld)
            let run = try await world.deployment(of: push.after, in: .succeeded)
            let url = try await world.url()
            let status = try await world.answer(.get, "/status").json
            #expect(status["version"]?.string == Version.current)
            #expect(status["authentication"] == "granted")
            #expect(status["publicURL"]?.string == url)
            #expect(status["hook"]?["registration"] == "registered")
            #expect(status["hook"]?["id"]?.integer == world.gitHub.hooks().first?.id)
            #expect(status["lastDelivery"]?["event"] == "push")
            #expect(status["lastDelivery"]?["verdict"] == "accepted")
            #expect(status["lastDelivery"]?["guid"]?.string == push.guid)
            #expect(status["lastDeployment"]?["commit"]?.string == push.after)
            #expect(status["lastDeployment"]?["stage"] == "succeeded")
            #expect(status["currentDeployment"] == nil)
            let last = try #require(status["lastdeploy"]?.string)
            #expect(Date(rfc3339: last)?.rfc3339 == run.finishedAt?.rfc3339)
        }
    }

    @Test("tells of the deployment that runs, and remembers the last that succeeded")
    func running() async throws {
        var setup = ObserverSetup()
        setup.flags[.deployTimeout] = "60"
        try await withObserver(setup) { world in
            let first = try await world.gitHub.push(files: Files.helloWorld)
            let done = try await world.deployment(of: first.after, in: .succeeded)
            world.marathon.setBehaviour(.neverHealthy, of: "/helloworld")
            let second = try await world.gitHub.push(
                files: ["specs/helloworld.json": Files.app("helloworld", mem: 64, healthCheck: true)])
            try await world.deployment(of: second.after, in: .waiting)
            let status = try await world.answer(.get, "/status").json
            #expect(status["currentDeployment"]?["commit"]?.string == second.after)
            #expect(status["currentDeployment"]?["stage"] == "waiting")
            #expect(status["lastDeployment"]?["commit"]?.string == first.after)
            let last = try #require(status["lastdeploy"]?.string)
            #expect(Date(rfc3339: last)?.rfc3339 == done.finishedAt?.rfc3339)
        }
    }

    @Test("tells why there is no hook")
    func unreachable() async throws {
        var setup = ObserverSetup()
        setup.waitsForHook = false
        setup.flags[.publicNode] = ""
        try await withObserver(setup) { world in
            try await world.log.wait(for: "No webhook registered: no public address is configured.")
            let status = try await world.answer(.get, "/status").json
            #expect(status["pubnode"] == "")
            #expect(status["hook"]?["registration"] == "unreachable")
            #expect(status["hook"]?["problem"]?.string?.contains("DPLOY_PUBLIC_NODE") == true)
        }
    }
}
