import Logging
import ObserverEngine
import Simulators
import Testing

@Suite("Failing registration of the webhook")
struct RegistrationTroubleTests {
    private static let hooks = "/repos/mhausenblas/s4d/hooks"

    private var setup: ObserverSetup {
        var setup = ObserverSetup()
        setup.waitsForHook = false
        return setup
    }

    @Test("without a public node there is none, and the observer continues")
    func noPublicNode() async throws {
        var setup = setup
        setup.flags[.publicNode] = ""
        try await withObserver(setup) { world in
            try await world.log.wait(for: "No webhook registered: no public address is configured.")
            #expect(world.log.contains("Set DPLOY_PUBLIC_NODE or DPLOY_OBSERVER_PUBLIC_URL."))
            #expect(world.engine.status.hook.registration == .unreachable)
            #expect(world.gitHub.requests(nil, Self.hooks + "*").isEmpty)
            #expect(!world.transcript.contains("Webhook registered"))
            let push = try await world.gitHub.push(files: Files.helloWorld)
            let outcome = await world.gitHub.deliver(
                event: "push", body: push.payload.bytes, secret: world.configuration.hookSecret.value,
                url: try await world.url() + "/dploy")
            #expect(outcome.answer?.status == 202)
            try await world.deployment(of: push.after, in: .succeeded)
        }
    }

    @Test("an address that GitHub can't reach is explained")
    func notPublic() async throws {
        var setup = setup
        setup.simulators.gitHub.refusesLoopback = true
        try await withObserver(setup) { world in
            try await world.log.wait(for: "GitHub reports that \(try await world.url())/dploy is not reachable")
            #expect(world.engine.status.hook.registration == .failed)
            #expect(world.engine.status.hook.problem?.contains("DPLOY_PUBLIC_NODE") == true)
            #expect(!world.transcript.contains("Webhook registered"))
        }
    }

    @Test("20 webhooks are the limit, and that is logged")
    func tooMany() async throws {
        try await withSimulators { simulators in
            for number in 1...20 { simulators.gitHub.addHook(url: "http://192.0.2.1:\(number)/x") }
            try await withObserver(setup, in: simulators) { world in
                try await world.log.wait(for: "the repository already has 20 webhooks for this event")
                #expect(simulators.gitHub.hooks().count == 20)
            }
        }
    }

    @Test("a token that can't manage webhooks: the log names what it lacks", arguments: [["gist"], nil])
    func forbidden(scopes: [String]?) async throws {
        var setup = setup
        let token: GitHubSimulator.Token = scopes.map { .classic($0) } ?? .fineGrained(["contents": "read"])
        setup.token = token.value
        setup.simulators.gitHub.tokens = [token]
        try await withObserver(setup) { world in
            let line = try await world.log.wait(for: "level=error")
            #expect(
                line.contains(scopes == nil ? "repository_hooks=read" : "grant admin:repo_hook or repo; fine-grained"))
            #expect(world.transcript.contains("Authentication against GitHub done"))
            #expect(world.engine.status.hook.registration == .failed)
        }
    }

    @Test("a webhook that another client creates between list and creation is found by the second list")
    func race() async throws {
        try await withSimulators { simulators in
            simulators.gitHub.inject(
                Fault(
                    .post, Self.hooks, times: 1,
                    effect: .status(
                        422, headers: ["Content-Type": "application/json"],
                        body:
                            #"{"message":"Validation Failed","errors":[{"resource":"Hook","code":"custom","message":"Hook already exists on this repository"}]}"#
                    )))
            try await withObserver(in: simulators) { world in
                try await world.log.wait(for: "Ping received: GitHub can reach ")
                #expect(simulators.gitHub.requests(.get, Self.hooks).count == 2)
                #expect(simulators.gitHub.hooks().count == 1)
                #expect(world.engine.status.hook.registration == .registered)
            }
        }
    }

    @Test("the reason is shown while it is retried")
    func lasting() async throws {
        try await withSimulators { simulators in
            simulators.gitHub.inject(Fault(.get, Self.hooks, effect: .status(502)))
            try await withObserver(setup, in: simulators) { world in
                try await world.log.wait(for: "GitHub is unavailable (status 502). Retrying.")
                #expect(world.engine.status.hook.problem?.contains("Can't list the webhooks") == true)
                simulators.gitHub.clearFaults()
                // The ping may be faster than the response that creates the webhook.
                try await world.hook { $0.problem == nil && $0.registration == .registered }
            }
        }
    }

    @Test("a lost response does not create a second webhook")
    func lostAnswer() async throws {
        try await withSimulators { simulators in
            simulators.gitHub.inject(Fault(.post, Self.hooks, times: 1, effect: .loseAnswer))
            try await withObserver(in: simulators) { _ in
                #expect(simulators.gitHub.hooks().count == 1)
            }
        }
    }
}
