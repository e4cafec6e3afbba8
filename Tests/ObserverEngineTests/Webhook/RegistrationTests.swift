import ObserverEngine
import Simulators
import Testing

@Suite("Registration of the webhook")
struct RegistrationTests {
    private static let hooks = "/repos/mhausenblas/s4d/hooks"

    /// Runs an observer with an existing webhook on GitHub, at the port that the observer listens on.
    private func withHook(
        at url: (_ port: Int) -> String, secret: String? = nil,
        _ edit: @Sendable (inout GitHubSimulator.Hook) -> Void = { _ in },
        setup: ObserverSetup = ObserverSetup(),
        _ body: @escaping @Sendable (World, GitHubSimulator.Hook) async throws -> Void
    ) async throws {
        let port = try await freePort()
        var setup = setup
        setup.flags[.listen] = "127.0.0.1:\(port)"
        let url = url(port)
        try await withSimulators(setup.simulators) { [setup] simulators in
            var given = GivenSettings.sufficient
            given.flags = [.pat: setup.token]
            let derived = try given.read().hookSecret.value
            let hook = simulators.gitHub.addHook(url: url, secret: secret ?? derived)
            simulators.gitHub.editHook(hook.id, edit)
            try await withObserver(setup, in: simulators) { try await body($0, hook) }
        }
    }

    @Test("creates the desired webhook, pings it, and announces it")
    func creation() async throws {
        try await withObserver { world in
            let hook = try #require(world.gitHub.hooks().first)
            let url = try await world.url()
            #expect(hook.url == url + "/dploy")
            #expect(hook.events == ["push"])
            #expect(hook.contentType == "json")
            #expect(hook.secret == world.configuration.hookSecret.value)
            try await world.gitHub.request(.post, "\(Self.hooks)/\(hook.id)/pings")
            try await world.gitHub.waitForDelivery(of: "ping")
            #expect(world.transcript.all.suffix(1) == ["Webhook registered"])
            #expect(world.engine.status.hook.registration == .registered)
            #expect(world.engine.status.hook.id == hook.id)
            #expect(
                world.log.contains(
                    #"msg="Hook: github.Hook{Name:\"web\", Active:true, Config:map[url:\#(url)/dploy]}" observe=register"#
                ))
            #expect(world.log.contains("msg=\"Registered WebHook github.Hook{Name:"))
            #expect(world.gitHub.violations() == [])
        }
    }

    @Test("keeps a webhook in the desired state, and changes nothing")
    func keep() async throws {
        try await withHook(at: { "http://127.0.0.1:\($0)/dploy" }) { world, hook in
            #expect(world.gitHub.requests(.patch, Self.hooks + "/*").isEmpty)
            #expect(world.gitHub.requests(.post, Self.hooks).isEmpty)
            #expect(world.log.contains(#"msg="WebHook was already registered!" hook=\#(hook.id) observe=done"#))
        }
    }

    @Test("updates its webhook at another port, with the secret, and logs why")
    func update() async throws {
        try await withHook(
            at: { _ in "http://127.0.0.1:1/dploy" },
            {
                $0.isActive = false
                $0.contentType = "form"
                $0.events = ["push", "release"]
            }
        ) { world, old in
            let hook = try #require(world.gitHub.hooks().first)
            let url = try await world.url()
            #expect(hook.id == old.id)
            #expect(hook.url == url + "/dploy")
            #expect(hook.isActive)
            #expect(hook.contentType == "json")
            #expect(hook.events == ["push"])
            #expect(hook.secret == world.configuration.hookSecret.value)
            #expect(world.gitHub.requests(.patch, "\(Self.hooks)/\(hook.id)").count == 1)
            #expect(
                world.log.contains(
                    "Updating webhook \(hook.id): it is not active, its URL is http://127.0.0.1:1/dploy, "
                        + "its content type is form, its events are push, release"))
            #expect(world.gitHub.violations() == [])
        }
    }

    @Test(
        "sets the secret of a webhook where a ping shows that it has a different one",
        arguments: ["of an earlier token"])
    func otherSecret(secret: String) async throws {
        try await withHook(at: { "http://127.0.0.1:\($0)/dploy" }, secret: secret) { world, hook in
            #expect(world.gitHub.hooks().map(\.secret) == [world.configuration.hookSecret.value])
            #expect(world.gitHub.requests(.patch, "\(Self.hooks)/\(hook.id)").count == 1)
            #expect(world.log.contains("Webhook \(hook.id) has a different secret; setting it again"))
            let push = try await world.gitHub.push(files: Files.helloWorld)
            #expect(push.answer?.status == 202)
        }
    }

    @Test("finds its webhook on the second page")
    func secondPage() async throws {
        let port = try await freePort()
        var setup = ObserverSetup()
        setup.flags[.listen] = "127.0.0.1:\(port)"
        try await withSimulators { [setup] simulators in
            for number in 1...100 {
                simulators.gitHub.addHook(url: "http://192.0.2.1:\(number)/other", events: ["release"])
            }
            let own = simulators.gitHub.addHook(url: "http://127.0.0.1:1/dploy", secret: "x")
            try await withObserver(setup, in: simulators) { world in
                #expect(world.gitHub.hooks().count == 101)
                #expect(world.engine.status.hook.id == own.id)
            }
        }
    }

    @Test("ignores the webhook of another node, and logs it")
    func otherNode() async throws {
        try await withHook(at: { _ in "http://192.0.2.7:8888/dploy" }) { world, hook in
            #expect(world.gitHub.hooks().count == 2)
            #expect(world.gitHub.hooks().first?.url == hook.url)
            #expect(world.gitHub.requests(.patch, Self.hooks + "/*").isEmpty)
            #expect(
                world.log.contains(
                    "Ignoring webhook \(hook.id): it belongs to another observer, http://192.0.2.7:8888/dploy"))
        }
    }

    @Test("ignores the webhook of an observer of another branch on the same node")
    func otherObserver() async throws {
        var other = ObserverSetup()
        other.flags[.branch] = "staging"
        try await withSimulators { [other] simulators in
            try await withObserver(other, in: simulators) { _ in
                let existing = try #require(simulators.gitHub.hooks().first)
                var own = ObserverSetup()
                own.waitsForHook = false
                try await withObserver(own, in: simulators) { world in
                    try await simulators.gitHub.wait(for: "two hooks") { $0.hooks.count == 2 ? true : nil }
                    #expect(simulators.gitHub.hooks().first == existing)
                    #expect(
                        world.log.contains("Webhook \(existing.id) belongs to the observer of branch staging"))
                }
            }
        }
    }

    @Test("recognises its webhook after a restart, wherever it leads by then")
    func restart() async throws {
        let directory = try temporaryDirectory()
        var setup = ObserverSetup()
        setup.stateDirectory = directory
        try await withSimulators { [setup] simulators in
            try await withObserver(setup, in: simulators) { _ in }
            let hook = try #require(simulators.gitHub.hooks().first)
            simulators.gitHub.editHook(hook.id) { $0.url = "http://192.0.2.1/elsewhere" }
            var second = setup
            second.waitsForHook = false
            try await withObserver(second, in: simulators) { world in
                try await simulators.gitHub.request(.patch, "\(Self.hooks)/\(hook.id)")
                let url = try await world.url()
                #expect(simulators.gitHub.hooks().map(\.url) == [url + "/dploy"])
            }
        }
    }
}
