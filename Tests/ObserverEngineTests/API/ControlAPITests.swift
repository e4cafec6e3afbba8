import AsyncHTTPClient
import ObserverEngine
import Simulators
import Testing

@Suite("Control API")
struct ControlAPITests {
    @Test("all state can be read over the socket and over TCP", arguments: ControlTransport.allCases)
    func reads(transport: ControlTransport) async throws {
        try await withObserver(.administered) { world in
            let control = try await world.control(over: transport)
            let deployed = try await world.deploy()
            let engine = try await control.engine()
            #expect(engine.repository == "s4d" && engine.authentication == .granted && !engine.isPaused)
            #expect((4000..<5000).contains(engine.rateLimitRemaining ?? 0))
            let hook = try await control.hook()
            #expect(hook.registration == .registered && hook.id == world.gitHub.hooks().first?.id)
            let push = try #require(try await control.deliveries(verdict: .accepted).first)
            #expect(push.deployment == deployed.id)
            let delivery = try await control.delivery(push.id)
            #expect(delivery.body.contains(deployed.commit.description))
            #expect(delivery.headers.contains { $0.name.lowercased() == "x-github-event" && $0.value == "push" })
            let deployment = try await control.deployment(deployed.id)
            #expect(deployment.summary == (try await control.deployments().first))
            #expect(deployment.changes.map(\.appID) == ["/helloworld"])
            let lines = try await control.log(of: deployed.id)
            #expect(lines.map(\.sequence) == Array(1...Int64(lines.count)))
            let rest = try await control.log(of: deployed.id, after: 2)
            #expect(rest == Array(lines.dropFirst(2)))
            #expect(try await control.log().contains { $0.text.contains("Ping received: GitHub can reach") })
        }
    }

    @Test("lists are paged without gaps or repeats")
    func pages() async throws {
        try await withObserver { world in
            let control = try await world.control()
            for mem in [32, 33, 34] { try await world.deploy(mem: mem) }
            let all = try await control.deployments()
            let first = try await control.deployments(limit: 2)
            let second = try await control.deployments(before: first.last?.id, limit: 2)
            #expect(first.count == 2 && first + second == all)
            let deliveries = try await control.deliveries()
            let newest = try await control.deliveries(limit: 1)
            let older = try await control.deliveries(before: newest.last?.id)
            #expect(newest.count == 1 && newest + older == deliveries)
        }
    }

    @Test("rejected deliveries are listed with the others, and by their verdict")
    func rejected() async throws {
        try await withObserver { world in
            let control = try await world.control()
            try await world.deploy()
            let outcome = await world.gitHub.deliver(event: "push", body: Array("{}".utf8), secret: "wrong")
            #expect(outcome.answer?.status == 401)
            // A ping may follow: after a wrong signature, the observer requests one from GitHub.
            let rejected = try #require(try await control.deliveries().first { $0.event != "ping" })
            #expect(rejected.verdict == .rejected && rejected.id == -1)
            #expect(try await control.deliveries(verdict: .rejected).map(\.id) == [-1])
            #expect(try await control.deliveries(verdict: .accepted).allSatisfy { $0.verdict == .accepted })
            #expect(try await control.delivery(-1).summary == rejected)
        }
    }

    @Test("an unknown id or an invalid page size is refused with a message")
    func unknown() async throws {
        try await withObserver { world in
            let control = try await world.control()
            let missing = try await refusal { try await control.delivery(4711) }
            #expect(missing?.status == 404 && missing?.description == "There is no delivery 4711.")
            #expect(try await refusal { try await control.deployment(4711) }?.status == 404)
            #expect(try await refusal { try await control.log(of: 4711) }?.status == 404)
            #expect(try await refusal { try await control.deliveries(limit: 501) }?.status == 400)
            #expect(try await refusal { try await control.deployments(limit: 0) }?.status == 400)
        }
    }

    @Test("a client names the token that is missing or wrong")
    func adminToken() async throws {
        try await withObserver(.administered) { world in
            let url = try ServiceURL(try await world.url())
            let without = try await refusal { try await ControlClient(http: .shared, url: url, token: nil).engine() }
            #expect(without?.status == 401)
            #expect(without?.description == "The observer at \(url) requires a token: export DPLOY_OBSERVER_TOKEN.")
            let wrong = try await refusal {
                try await ControlClient(http: .shared, url: url, token: Secret("wrong")).engine()
            }
            #expect(
                wrong?.description
                    == "The observer at \(url) rejected the token. Check DPLOY_OBSERVER_TOKEN or "
                    + "DPLOY_OBSERVER_ADMIN_TOKEN.")
        }
    }

    @Test("the state shows how often the branch is polled", arguments: ["0", "45"])
    func polling(seconds: String) async throws {
        try await withObserver(ObserverSetup { $0.flags[.poll] = seconds }) { world in
            let engine = try await world.control().engine()
            #expect(engine.pollSeconds == Int(seconds))
            #expect(engine.pushesWithoutWebhook.contains("-poll 0") == (seconds == "0"))
        }
    }

    @Test("a client distinguishes a missing observer from a refusal")
    func notRunning() async throws {
        let failure = try await refusal {
            try await ControlClient(http: .shared, socket: "/nowhere/control.sock").engine()
        }
        #expect(failure?.status == nil)
        #expect(failure?.description.contains("No observer is running at /nowhere/control.sock.") == true)
    }
}
