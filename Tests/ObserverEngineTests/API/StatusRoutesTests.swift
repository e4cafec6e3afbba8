import Foundation
import Simulators
import Testing

@testable import ObserverEngine

@Suite("GET /status")
struct StatusTests {
    @Test("the response has the original fields, even before the first deployment")
    func original() async throws {
        try await withObserver { world in
            let response = try await world.send(.get, "/status")
            #expect(response.status == 200)
            #expect(response.headers["content-type"] == "application/json")
            #expect(response.json["owner"] == "mhausenblas")
            #expect(response.json["repo"] == "s4d")
            #expect(response.json["branch"] == "dcos")
            #expect(response.json["pubnode"] == "127.0.0.1")
            #expect(response.json["lastdeploy"] == .null)
            #expect(
                Set(response.json.object?.keys.map(\.self) ?? [])
                    == ["owner", "repo", "branch", "pubnode", "lastdeploy", "healthy"])
        }
    }

    @Test("anyone sees whether the observer is healthy, and nothing else about it")
    func healthy() async throws {
        try await withObserver(.administered) { world in
            try await world.log.wait(for: "Ping received: GitHub can reach ")
            #expect(try await world.send(.get, "/status").json["healthy"] == true)
            world.engine.status.update { $0.problem = "GitHub is unavailable." }
            let answer = try await world.send(.get, "/status")
            #expect(answer.json["healthy"] == false)
            #expect(!answer.text.contains("unavailable"))
            let refused = try await world.send(.get, "/status", authorization: "Bearer wrong")
            #expect(refused.status == 401)
        }
    }

    @Test("operators see the version, webhook, last delivery and last deployment")
    func state() async throws {
        try await withObserver(.administered) { world in
            try await world.log.wait(for: "Ping received: GitHub can reach ")
            let push = try await world.gitHub.push(files: Files.helloWorld)
            let run = try await world.deployment(of: push.after, in: .succeeded)
            let url = try await world.url()
            let status = try await world.status()
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

    @Test("the response shows the running deployment and the last successful one")
    func running() async throws {
        try await withObserver(.administered) { world in
            let first = try await world.gitHub.push(files: Files.helloWorld)
            let done = try await world.deployment(of: first.after, in: .succeeded)
            world.marathon.setBehaviour(.neverHealthy, of: "/helloworld")
            let second = try await world.gitHub.push(
                files: ["specs/helloworld.json": Files.app("helloworld", mem: 64, healthCheck: true)])
            try await world.deployment(of: second.after, in: .waiting)
            let status = try await world.status()
            #expect(status["currentDeployment"]?["commit"]?.string == second.after)
            #expect(status["currentDeployment"]?["stage"] == "waiting")
            #expect(status["lastDeployment"]?["commit"]?.string == first.after)
            let last = try #require(status["lastdeploy"]?.string)
            #expect(Date(rfc3339: last)?.rfc3339 == done.finishedAt?.rfc3339)
        }
    }

    @Test("operators see which rule a queued deployment waits for, and others see no more than before")
    func waiting() async throws {
        try await withObserver(.administered) { world in
            let end = Date() + 3600
            _ = try await world.control().perform(.pause(reason: "migration", until: end))
            let push = try await world.gitHub.push(files: Files.helloWorld)
            let waiting = try await world.deployment(of: push.after) { $0.wait != nil }
            let status = try await world.status()
            #expect(status["currentDeployment"]?["stage"] == "queued")
            let wait = status["currentDeployment"]?["wait"]
            #expect(wait?["rule"] == "pause")
            #expect(wait?["sentence"]?.string == waiting.wait?.sentence)
            let until = try #require(Date(rfc3339: wait?["until"]?.string ?? ""))
            #expect(abs(until.timeIntervalSince(end)) < 1)
            let answer = try await world.send(.get, "/status").json
            #expect(
                Set(answer.object?.keys.map(\.self) ?? [])
                    == ["owner", "repo", "branch", "pubnode", "lastdeploy", "healthy"])
        }
    }

    @Test("operators see the deployment that is queued behind the running one")
    func queued() async throws {
        try await withObserver(.administered) { world in
            try await world.deploy(mem: 32)
            world.marathon.setBehaviour(.neverHealthy, of: "/helloworld")
            let running = try await world.gitHub.push(
                files: ["specs/helloworld.json": Files.app("helloworld", mem: 64, healthCheck: true)])
            try await world.deployment(of: running.after, in: .waiting)
            let queued = try await world.push(mem: 96)
            try await world.deployment(of: queued.after, in: .queued)
            let status = try await world.status()
            #expect(status["currentDeployment"]?["commit"]?.string == running.after)
            #expect(status["queuedDeployment"]?["commit"]?.string == queued.after)
            #expect(status["queuedDeployment"]?["stage"] == "queued")
            #expect(status["queuedDeployment"]?["wait"] == nil)
        }
    }

    @Test("the response explains why no webhook is registered")
    func unreachable() async throws {
        var setup = ObserverSetup.administered
        setup.waitsForHook = false
        setup.flags[.publicNode] = ""
        try await withObserver(setup) { world in
            try await world.log.wait(for: "No webhook registered: no public address is configured.")
            let status = try await world.status()
            #expect(status["pubnode"] == "")
            #expect(status["hook"]?["registration"] == "unreachable")
            #expect(status["hook"]?["problem"]?.string?.contains("DPLOY_PUBLIC_NODE") == true)
        }
    }
}

@Suite("Public routes")
struct PublicRoutesTests {
    private static let paths = ["/status", "/healthz"]

    @Test("/healthz returns ok while the store works, even if GitHub is down")
    func health() async throws {
        var setup = ObserverSetup()
        setup.waitsForHook = false
        try await withSimulators { [setup] simulators in
            try await simulators.gitHub.stop()
            try await withObserver(setup, in: simulators) { world in
                try await world.log.wait(for: "Retrying.")
                let response = try await world.send(.get, "/healthz")
                #expect(response.status == 200)
                #expect(response.json == ["status": "ok"])
            }
        }
    }

    @Test("an unknown path returns 404 for every method")
    func unknown() async throws {
        try await withObserver { world in
            for method in [RequestMethod.get, .post, .delete] {
                let response = try await world.send(method, "/nowhere")
                #expect(response.status == 404)
            }
        }
    }

    @Test("a read-only route returns 405 and the allowed methods for any other method")
    func methods() async throws {
        try await withObserver { world in
            for path in Self.paths {
                for method in [RequestMethod.post, .put, .patch, .delete] {
                    let response = try await world.send(method, path)
                    #expect(response.status == 405, "\(method) \(path)")
                    #expect(response.headers["allow"] == "GET, HEAD")
                }
            }
        }
    }

    @Test("a read-only route accepts HEAD")
    func head() async throws {
        try await withObserver { world in
            for path in Self.paths {
                let response = try await world.send(.head, path)
                #expect(response.status == 200, "\(path)")
                #expect(response.text.isEmpty)
            }
        }
    }
}

extension World {
    /// The status as an operator sees it.
    fileprivate func status() async throws -> JSON {
        try await send(.get, "/status", authorization: "Bearer \(ObserverSetup.adminToken)").json
    }
}
