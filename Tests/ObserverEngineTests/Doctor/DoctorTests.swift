import AsyncHTTPClient
import Simulators
import Testing

@testable import ObserverEngine

@Suite("The doctor")
struct DoctorTests {
    private func examine(
        _ world: World, _ change: (inout Configuration) -> Void = { _ in }
    ) async throws -> [Finding.Check: Finding] {
        var configuration = world.configuration
        change(&configuration)
        let doctor = Doctor(
            configuration: .success(configuration), environment: [:], http: .shared,
            observer: .init(client: try await world.control(), place: "the socket"))
        let findings = try await doctor.run()
        return Dictionary(uniqueKeysWithValues: findings.map { ($0.check, $0) })
    }

    @Test("reports no problem in a working setup")
    func healthy() async throws {
        try await withObserver { world in
            try await world.deploy()
            let findings = try await examine(world)
            #expect(
                Set(findings.keys)
                    == Set(Finding.Check.allCases).subtracting([
                        .certificate, .checks, .command, .compose, .engine, .proxy, .authorities, .storage,
                    ]))
            #expect(findings.values.filter { $0.verdict == .failure } == [])
            #expect(findings[.webhook]?.text.hasSuffix("last delivery returned 202") == true)
            #expect(findings[.address]?.text.hasPrefix("GitHub can't deliver to http://127.0.0.1:") == true)
            #expect(
                world.gitHub.requests(.post, "/repos/mhausenblas/s4d/hooks*").count == 2,
                "it registers and pings nothing itself")
        }
    }

    @Test("reports a changed and a removed webhook")
    func changedHook() async throws {
        try await withObserver { world in
            let id = try #require(world.gitHub.hooks().first?.id)
            world.gitHub.editHook(id) { $0.isActive = false }
            let changed = try await examine(world)[.webhook]
            #expect(changed?.verdict == .failure && changed?.text.contains("it is not active") == true)
            world.gitHub.deleteHook(id)
            let missing = try await examine(world)[.webhook]
            #expect(missing?.verdict == .failure && missing?.remedy == "Run: observer register")
        }
    }

    @Test("reports that GitHub rejects the token, without showing it")
    func refusedToken() async throws {
        try await withObserver { world in
            let secret = "ghp_anotherTokenThatGitHubRejects0000000"
            let findings = try await examine(world) { $0.gitHub.accessToken = Secret(secret) }
            #expect(findings[.token]?.verdict == .failure)
            #expect(findings[.branch] == nil)
            #expect(!findings.values.contains { "\($0)".contains(secret) })
        }
    }

    @Test("reports that Marathon requires credentials")
    func marathonCredentials() async throws {
        var setup = ObserverSetup()
        setup.simulators.marathon.authentication = .basic(user: "u", password: "p")
        try await withObserver(setup) { world in
            let finding = try await examine(world)[.marathon]
            #expect(finding?.verdict == .failure)
            #expect(finding?.text.contains("DPLOY_MARATHON_USER") == true)
        }
    }

    @Test("reports what would keep an observer from starting: a missing file of tokens, and an address in use")
    func obstacles() async throws {
        try await withObserver { world in
            let port = try await world.engine.listening.get()
            var configuration = world.configuration
            configuration.server.metricsListen = ListenAddress(host: "127.0.0.1", port: port)
            let settings: (Configuration) async throws -> Finding? = { configuration in
                let doctor = Doctor(
                    configuration: .success(configuration), environment: [:], http: .shared, observer: nil)
                return try await doctor.run().first { $0.check == .settings }
            }
            let inUse = try await settings(configuration)
            #expect(inUse?.verdict == .warning)
            #expect(inUse?.text.contains("Can't listen on 127.0.0.1:\(port) (-metrics-listen): ") == true)
            configuration.server.tokensFile = "/nonexist"
            let missing = try await settings(configuration)
            #expect(missing?.verdict == .failure)
            #expect(missing?.text.hasPrefix("Can't read the tokens in /nonexist: ") == true)
        }
    }

    @Test("without a running observer and settings, it reports what is missing")
    func nothing() async throws {
        let error = ConfigurationError(problems: [.init(source: "-owner", sentence: "is missing.")])
        let findings = try await Doctor(configuration: .failure(error), environment: [:], http: .shared, observer: nil)
            .run()
        #expect(findings.map(\.check) == [.settings, .observer])
        #expect(findings.first?.verdict == .failure && findings.first?.text == "-owner: is missing.")
    }

    @Test("without settings, it reports the state of the running observer")
    func onlyObserver() async throws {
        try await withObserver { world in
            let error = ConfigurationError(problems: [.init(source: "-owner", sentence: "is missing.")])
            let findings = try await Doctor(
                configuration: .failure(error), environment: [:], http: .shared,
                observer: .init(client: try await world.control(), place: "the socket")
            ).run()
            #expect(findings.map(\.check) == [.settings, .observer, .token, .webhook])
            #expect(findings.map(\.verdict) == [.warning, .ok, .ok, .ok])
        }
    }
}
