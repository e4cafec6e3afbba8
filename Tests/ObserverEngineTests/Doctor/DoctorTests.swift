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
            configuration: .success(configuration), http: .shared,
            observer: .init(client: try await world.control(), place: "the socket"))
        let findings = try await doctor.examine()
        return Dictionary(uniqueKeysWithValues: findings.map { ($0.check, $0) })
    }

    @Test("finds nothing wrong where nothing is")
    func healthy() async throws {
        try await withObserver { world in
            try await world.deploy()
            let findings = try await examine(world)
            #expect(Set(findings.keys) == Set(Finding.Check.allCases).subtracting([.certificate]))
            #expect(findings.values.filter { $0.verdict == .failure } == [])
            #expect(findings[.webhook]?.text.hasSuffix("was answered with 202") == true)
            #expect(findings[.address]?.text.hasPrefix("the observer answers at http://127.0.0.1:") == true)
            #expect(
                world.gitHub.requests(.post, "/repos/mhausenblas/s4d/hooks*").count == 2,
                "it registers and pings nothing itself")
        }
    }

    @Test("finds the webhook that somebody changed, and the one that somebody removed")
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

    @Test("finds that GitHub refuses the token, and does not show it")
    func refusedToken() async throws {
        try await withObserver { world in
            let secret = "ghp_anotherTokenThatNobodyKnows000000000"
            let findings = try await examine(world) { $0.accessToken = Secret(secret) }
            #expect(findings[.token]?.verdict == .failure)
            #expect(findings[.branch] == nil)
            #expect(!findings.values.contains { "\($0)".contains(secret) })
        }
    }

    @Test("finds that Marathon wants credentials")
    func marathonCredentials() async throws {
        var setup = ObserverSetup()
        setup.simulators.marathon.authentication = .basic(user: "u", password: "p")
        try await withObserver(setup) { world in
            let finding = try await examine(world)[.marathon]
            #expect(finding?.verdict == .failure)
            #expect(finding?.text.contains("DPLOY_MARATHON_USER") == true)
        }
    }

    @Test("without an observer that runs, and without settings, it says what is missing")
    func nothing() async throws {
        let error = ConfigurationError(problems: [.init(source: "-owner", sentence: "is missing.")])
        let findings = try await Doctor(configuration: .failure(error), http: .shared, observer: nil).examine()
        #expect(findings.map(\.check) == [.settings, .observer])
        #expect(findings.first?.verdict == .failure && findings.first?.text == "-owner: is missing.")
    }

    @Test("with only an observer that runs, it passes on what that one says of itself")
    func onlyObserver() async throws {
        try await withObserver { world in
            let error = ConfigurationError(problems: [.init(source: "-owner", sentence: "is missing.")])
            let findings = try await Doctor(
                configuration: .failure(error), http: .shared,
                observer: .init(client: try await world.control(), place: "the socket")
            ).examine()
            #expect(findings.map(\.check) == [.settings, .observer, .token, .webhook])
            #expect(findings.map(\.verdict) == [.warning, .ok, .ok, .ok])
        }
    }
}
