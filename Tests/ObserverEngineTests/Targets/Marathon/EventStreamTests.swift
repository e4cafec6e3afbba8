import ObserverEngine
import Simulators
import Testing

@Suite("Marathon's event stream")
struct EventStreamTests {
    @Test("is requested in a way that every version of Marathon understands")
    func request() async throws {
        try await withObserver { world in
            let run = try await world.deploy(Files.helloWorld)
            #expect(run.stage == .succeeded)
            let stream = try #require(world.marathon.requests(.get, "/v2/events").first)
            #expect(stream.headers["Accept"] == "text/event-stream")
            #expect(stream.query("event_type") == "deployment_success")
            #expect(stream.query("plan-format") == "light")
        }
    }

    @Test(
        "a dropped, stalled or garbled stream does not stop a deployment",
        arguments: Trouble.allCases)
    func fallback(trouble: Trouble) async throws {
        try await withObserver { world in
            if trouble == .refused { world.marathon.inject(Fault(.get, "/v2/events", effect: .status(405))) }
            if trouble == .stalled { world.marathon.stallEvents() }
            world.marathon.setBehaviour(.healthy(after: .milliseconds(500)), of: "/helloworld")
            let push = try await world.gitHub.push(files: Files.helloWorld)
            try await world.deployment(of: push.after, in: .waiting)
            try await world.marathon.request(.get, "/v2/apps/helloworld", count: 2)
            switch trouble {
            case .dropped: world.marathon.dropEventStreams()
            case .garbage: world.marathon.sendRaw(toEventStreams: "event: x\r\ndata: \u{0}{[\r\n\r\nrubbish\r\n")
            case .endless: world.marathon.sendRaw(toEventStreams: "data: " + String(repeating: "x", count: 3_000_000))
            case .refused, .stalled: break
            }
            let run = try await world.end(of: push.after)
            #expect(run.stage == .succeeded, "\(run.outcome ?? "")")
        }
    }

    enum Trouble: CaseIterable {
        case dropped, stalled, garbage, endless, refused
    }
}
