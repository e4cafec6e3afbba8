import Foundation
import Logging
import ObserverEngine
import Simulators
import Testing

@Suite("A failing GitHub")
struct GitHubTroubleTests {
    private static let root = "/repos/mhausenblas/s4d"

    private let retry = Retry(
        until: nil, backoff: Backoff(first: .milliseconds(1), limit: .milliseconds(4)),
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })

    @Test(
        "is retried, whatever the failure",
        arguments: [
            Fault.Effect.status(500), .status(502, body: "<html>Bad gateway</html>"), .status(503), .status(504),
            .reset,
            .resetMidway, .loseAnswer, .body("<html>A proxy's page</html>", type: "text/html"), .body("{\"id\":"),
            .body(""), .body("[]"), .truncate,
        ])
    func transient(effect: Fault.Effect) async throws {
        try await withGitHub { gitHub, client in
            gitHub.inject(Fault(.get, Self.root, times: 3, effect: effect))
            let grant = try await retry { try await client.authenticate() }
            #expect(grant.scopes?.isEmpty == false)
            #expect(gitHub.requests(.get, Self.root).count == 4)
        }
    }

    @Test("that is down is retried")
    func gone() async throws {
        try await withGitHub { gitHub, client in
            try await gitHub.stop()
            let error = await #expect(throws: GitHubError.self) { try await client.authenticate() }
            #expect(error?.isTransient == true)
            #expect(
                error?.description
                    == "Can't authenticate against GitHub: no connection to \(gitHub.url)\(Self.root): "
                    + "connection refused.")
            try await gitHub.start()
            _ = try await retry { try await client.authenticate() }
        }
    }

    @Test("that returns another server's page is not mistaken for a rejection")
    func garbage() async throws {
        try await withGitHub { gitHub, client in
            gitHub.inject(Fault(effect: .body("<html>Please log in to the wireless network</html>", type: "text/html")))
            let error = try #require(await #expect(throws: GitHubError.self) { try await client.authenticate() })
            #expect(error.reason == .unavailable(status: 200))
            #expect(error.description.contains("can't be read"), "\(error)")
        }
    }

    @Test("whose changes another server answers has not made them")
    func pageForChange() async throws {
        let webhook = DesiredWebhook(publicURL: try ServiceURL("http://10.0.0.1:1"), secret: Secret("hush"))
        let commit = try #require(CommitID(String(repeating: "a", count: 40)))
        let changes: [@Sendable (GitHubClient) async throws -> Void] = [
            { try await $0.pingHook(7) }, { try await $0.redeliver(1, of: 7) }, { try await $0.deleteHook(7) },
            { try await $0.updateHook(7, to: webhook) },
            { try await $0.report(CommitStatus(state: .success, description: "done"), on: commit) },
        ]
        try await withGitHub { gitHub, client in
            gitHub.inject(Fault(effect: .status(200, body: "<html>Please log in</html>")))
            for change in changes {
                let error = await #expect(throws: GitHubError.self) { try await change(client) }
                #expect(error?.reason == .unavailable(status: 200))
            }
        }
    }

    @Test("makes the client wait for Retry-After")
    func retryAfter() async throws {
        try await withGitHub { gitHub, client in
            gitHub.inject(.secondaryRateLimit(retryAfter: 1))
            _ = try await retry { try await client.authenticate() }
            let times = gitHub.requests(.get, Self.root).map(\.receivedAt)
            try #require(times.count == 2)
            #expect(times[1].timeIntervalSince(times[0]) >= 1)
        }
    }

    @Test("makes the client wait for the reset of the rate limit")
    func reset() async throws {
        try await withGitHub { gitHub, client in
            let reset = Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded(.up) + 1)
            gitHub.setRateLimit(.init(remaining: 0, reset: reset))
            _ = try await retry { try await client.authenticate() }
            let requests = gitHub.requests(.get, Self.root)
            #expect(requests.count <= 2)
            #expect(try #require(requests.last).receivedAt >= reset)
        }
    }

    @Test("is asked for all pages of webhooks", arguments: [0, 1, 99, 100, 101, 250])
    func pages(count: Int) async throws {
        try await withGitHub { gitHub, client in
            for number in 0..<count { gitHub.addHook(url: "http://192.0.2.1:\(number + 1)/other") }
            let hooks = try await client.hooks()
            #expect(hooks.map(\.id) == gitHub.hooks().map(\.id))
            #expect(gitHub.requests(.get, Self.root + "/hooks").count == count / 100 + 1)
            #expect(gitHub.violations() == [])
        }
    }
}
