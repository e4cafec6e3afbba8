import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Simulators
import Testing

@Suite("Simulated Marathon: server")
struct MarathonServerTests {
    @Test("events report a deployment, with Marathon's framing")
    func events() async throws {
        try await withSimulators { world in
            let marathon = world.marathon
            var request = HTTPClientRequest(url: "\(marathon.url)/v2/events")
            request.headers.add(name: "Accept", value: "text/event-stream")
            let stream = try await HTTPClient.shared.execute(request, timeout: TimeAmount(.testTimeout))
            #expect(stream.headers.first(name: "Connection") == "close")
            #expect(stream.headers.contains(name: "Transfer-Encoding") == false)
            _ = try await marathon.client.send(.put, "/v2/apps/web", ["cmd": "x", "healthChecks": [["path": "/"]]])
            try await marathon.waitUntilReady("web")
            marathon.sendRaw(toEventStreams: "\r")
            marathon.dropEventStreams()
            let text = String(buffer: try await stream.body.collect(upTo: 1 << 20))
            let types = text.split(separator: "\r\n").filter { $0.hasPrefix("event: ") }.map { $0.dropFirst(7) }
            #expect(types.first == "event_stream_attached")
            #expect(types.last == "deployment_success")
            for type in [
                "group_change_success", "deployment_info", "api_post_event", "deployment_step_success",
                "status_update_event", "health_status_changed_event", "instance_changed_event",
            ] { #expect(types.contains { $0 == type }, "\(type)") }
            #expect(text.hasSuffix("\r\n\r\n\r"))
        }
    }

    @Test("the event stream requires the exact Accept header and filters by type")
    func eventRequests() async throws {
        try await withSimulators { world in
            let marathon = world.marathon
            let wrong = try await marathon.client.send(
                .get, "/v2/events", headers: ["Accept": "text/event-stream, */*"])
            #expect(wrong.status == 405)
            var request = HTTPClientRequest(url: "\(marathon.url)/v2/events?event_type=deployment_success")
            request.headers.add(name: "Accept", value: "text/event-stream")
            let stream = try await HTTPClient.shared.execute(request, timeout: TimeAmount(.testTimeout))
            _ = try await marathon.client.send(.put, "/v2/apps/web", ["cmd": "x"])
            try await marathon.waitUntilReady("web")
            marathon.dropEventStreams()
            let text = String(buffer: try await stream.body.collect(upTo: 1 << 20))
            #expect(text.split(separator: "\r\n").filter { $0.hasPrefix("event: ") } == ["event: deployment_success"])
        }
    }

    @Test("credentials, leader, prefix and media type are checked")
    func gate() async throws {
        var options = SimulatorOptions()
        options.marathon.authentication = .dcosToken("jwt")
        options.marathon.pathPrefix = "/service/marathon"
        try await withSimulators(options) { world in
            let marathon = world.marathon
            #expect(marathon.url.hasSuffix("/service/marathon"))
            let anonymous = try await marathon.client.send(.get, "/v2/apps")
            #expect(anonymous.status == 401)
            #expect(anonymous.text.contains("openresty"))
            let client = Client(base: marathon.url, headers: ["Authorization": "token=jwt"])
            #expect(try await client.send(.get, "/v2/apps").json["apps"] == [])
            #expect(
                try await client.send(
                    .put, "/v2/apps/x", bytes: Array("{}".utf8), headers: ["Content-Type": "text/plain"]
                ).status == 415)
            let empty = try await client.send(
                .put, "/v2/apps/x", bytes: nil, headers: ["Content-Type": "application/json"])
            #expect(empty.json["message"] == "Please specify data in JSON format")
            marathon.setLeaderless(true)
            let leaderless = try await client.send(.get, "/v2/apps")
            #expect(leaderless.status == 503)
            #expect(leaderless.text.contains("Could not determine the current leader"))
            #expect(try await client.send(.get, "/v2/leader").json["message"] == "There is no leader")
        }
    }

    @Test("every kind of fault can be injected", .timeLimit(.minutes(5)))
    func faults() async throws {
        try await withSimulators { world in
            let marathon = world.marathon
            var client = marathon.client
            // Limits the wait for hanging requests.
            client.timeout = .seconds(Int64(2 * Slowness.factor))
            marathon.inject(Fault(.get, "/v2/apps", times: 1, effect: .status(502, body: "<html>")))
            let broken = try await client.send(.get, "/v2/apps")
            #expect(broken.status == 502)
            marathon.inject(Fault(.get, "/v2/*", times: 1, effect: .body("<html>", type: "text/html")))
            #expect(try await client.send(.get, "/v2/apps").text == "<html>")
            marathon.inject(Fault(.get, "/v2/*", times: 1, effect: .truncate))
            #expect(try await client.send(.get, "/v2/info").json == .null)
            marathon.inject(Fault(.put, "/v2/apps/*", times: 1, effect: .loseAnswer))
            await #expect(throws: (any Error).self) { try await client.send(.put, "/v2/apps/x", ["cmd": "x"]) }
            #expect(marathon.app("x") != nil)
            for effect: Fault.Effect in [.reset, .resetMidway, .hang] {
                marathon.inject(Fault(.put, "/v2/apps/*", times: 1, effect: effect))
                await #expect(throws: (any Error).self) { try await client.send(.put, "/v2/apps/y", ["cmd": "x"]) }
            }
            marathon.inject(Fault(.get, "/ping", effect: .delay(.milliseconds(50))))
            #expect(try await client.send(.get, "/ping").text == "pong")
            marathon.clearFaults()
            #expect(try await client.send(.get, "/v2/apps/x").status == 200)
        }
    }

    @Test("a server can stop and restart on its port, and stops quickly with open streams")
    func restart() async throws {
        let ending = try await withSimulators { world in
            let marathon = world.marathon
            let client = marathon.client
            #expect(try await client.send(.get, "/ping").status == 200)
            try await marathon.stop()
            await #expect(throws: (any Error).self) { try await client.send(.get, "/ping") }
            try await marathon.start()
            #expect(try await client.send(.get, "/ping").status == 200)
            var request = HTTPClientRequest(url: "\(marathon.url)/v2/events")
            request.headers.add(name: "Accept", value: "text/event-stream")
            _ = try await HTTPClient.shared.execute(request, timeout: TimeAmount(.testTimeout))
            return ContinuousClock.now
        }
        #expect(ContinuousClock.now - ending < .seconds(5 * Slowness.factor))
    }

    @Test("a timeout lists the requests seen so far")
    func waiting() async throws {
        try await withSimulators { world in
            _ = try await world.marathon.client.send(.get, "/ping")
            let failure = await #expect(throws: WaitTimeout.self) {
                try await world.marathon.request(.put, "/v2/apps/x", timeout: .milliseconds(20))
            }
            #expect(
                failure?.description
                    == "timed out after 0.02 seconds waiting for 1 of PUT /v2/apps/x; seen so far: GET /ping -> 200")
        }
    }
}
