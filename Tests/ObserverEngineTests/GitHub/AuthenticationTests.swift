import Foundation
import Logging
import ObserverEngine
import Simulators
import Testing

@Suite("Authentication of a running observer")
struct AuthenticationTests {
    private static let done = "Authentication against GitHub done"

    @Test("is announced with the documented messages once it succeeds")
    func announced() async throws {
        try await withObserver { world in
            #expect(world.transcript.all.filter { $0 == Self.done }.count == 1)
            #expect(world.engine.status.engine.authentication == .granted)
            #expect(
                world.log.contains(
                    #"level=debug msg="Token Source 4**************************************c" auth=step"#))
            #expect(world.log.contains(#"msg="Auth client for \#(world.gitHub.url)" auth=step"#))
            #expect(
                world.log.contains(
                    #"msg="GitHub client for mhausenblas/s4d, classic token with scopes repo, admin:repo_hook" auth=done"#
                ))
        }
    }

    @Test("that GitHub rejects ends the run, and nothing is registered", arguments: [401, 403, 404])
    func refused(status: Int) async throws {
        var setup = ObserverSetup()
        switch status {
        case 401: setup.token = "ghp_unknown"
        case 403: setup.simulators.gitHub.tokens[0].singleSignOn = .init(at: "https://github.com/orgs/acme/sso")
        default: setup.simulators.gitHub.tokens[0].seesRepository = false
        }
        let transcript = Lines()
        setup.transcript = transcript
        let refused = setup
        let error = await #expect(throws: Authentication.Refused.self) {
            try await withObserver(refused) { _ in }
        }
        #expect(error?.description.contains("\(status)") == true)
        #expect(
            transcript.all == [
                "This is dploy observer version \(Version.current)",
                "I'm observing branch dcos of repo mhausenblas/s4d",
            ])
    }

    @Test("warns again and again that the token expires soon")
    func reminder() async throws {
        var token = GitHubSimulator.Token.standard
        token.expires = Date(timeIntervalSinceNow: 3 * 86_400)
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let store = try Store(directory: directory)
        try await withGitHub(.with(token)) { simulator, gitHub in
            let configuration = try GivenSettings.sufficient.read()
            let log = Lines()
            let authentication = Authentication(
                gitHub: gitHub, token: AccessToken(configuration.gitHub.accessToken, file: nil),
                status: BranchStatus(configuration: configuration, instance: "i", feed: store.feed),
                transcript: Transcript { _ in },
                logger: Logger(label: "test") { _ in
                    LogrusHandler(level: .warning, format: .text, redactor: Redactor(secrets: [])) { log.append($0) }
                },
                reminder: .milliseconds(20))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await authentication.run() }
                try await simulator.request(count: 4) { $0.request.path == "/repos/mhausenblas/s4d" }
                group.cancelAll()
            }
            #expect(log.all.filter { $0.contains("The personal access token expires at ") }.count >= 3)
        }
    }

    @Test("survives an outage of GitHub")
    func outage() async throws {
        var setup = ObserverSetup()
        setup.waitsForHook = false
        try await withSimulators { [setup] simulators in
            simulators.gitHub.inject(Fault(.get, "/repos/mhausenblas/s4d", times: 1, effect: .status(503)))
            try await withObserver(setup, in: simulators) { world in
                try await world.gitHub.waitForDelivery(of: "ping")
                #expect(
                    world.log.contains(
                        #"level=warning msg="Can't authenticate against GitHub: GitHub is unavailable (status 503). Retrying." retry_in="#
                    ))
                #expect(world.transcript.all.contains(Self.done))
            }
        }
    }

    @Test("warns about a token that expires within seven days")
    func expiry() async throws {
        var setup = ObserverSetup()
        setup.simulators.gitHub.tokens[0].expires = Date(timeIntervalSinceNow: 3 * 86_400 - 60)
        try await withObserver(setup) { world in
            #expect(world.log.contains("level=warning msg=\"The personal access token expires at "))
            #expect(world.log.contains("in 2 days and 23 hours"))
        }
    }

}
