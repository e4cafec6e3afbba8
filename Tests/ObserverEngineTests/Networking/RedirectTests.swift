import Foundation
import Simulators
import Testing

@testable import ObserverEngine

/// One simulated server redirects to another.
@Suite("Redirects")
struct RedirectTests {
    private static let token = Secret("Bearer ghp_0123456789012345678901234567890123")

    private func withServers<Value: Sendable>(
        _ body: (_ json: JSONClient, _ home: GitHubSimulator, _ other: MesosDNSSimulator) async throws -> Value
    ) async throws -> Value {
        try await withSimulators { simulators in
            try await withEngineHTTP { http in
                let client = JSONClient(
                    http: http, base: try ServiceURL(simulators.gitHub.url), headers: [("User-Agent", "test")],
                    authorization: Self.token)
                return try await body(client, simulators.gitHub, simulators.mesosDNS)
            }
        }
    }

    private func redirect(_ status: Int, from path: String = "/start", to location: String, times: Int? = 1) -> Fault {
        Fault(nil, path, times: times, effect: .status(status, headers: ["Location": location]))
    }

    @Test("of a GET are followed", arguments: [301, 302, 303, 307, 308])
    func get(status: Int) async throws {
        try await withServers { json, home, _ in
            home.inject(redirect(status, to: "/end"))
            home.inject(Fault(.get, "/end", effect: .status(200, body: "[]")))
            let response = try await json.send(JSONRequest(.get, "/start"))
            #expect(response.status == 200)
            #expect(home.requests().map(\.path) == ["/start", "/end"])
            #expect(home.requests().allSatisfy { $0.headers["Authorization"] == Self.token.value })
        }
    }

    @Test(
        "of a POST are followed only if it may be repeated",
        arguments: [(301, false), (302, false), (303, false), (307, true), (308, true)])
    func post(status: Int, follows: Bool) async throws {
        try await withServers { json, home, _ in
            home.inject(redirect(status, to: "/end"))
            home.inject(Fault(.post, "/end", effect: .status(201, body: "{}")))
            let response = try await json.send(JSONRequest(.post, "/start", body: Data("{}".utf8)))
            #expect(response.status == (follows ? 201 : status))
            #expect(home.requests(.post, "/end").map(\.text) == (follows ? ["{}"] : []))
        }
    }

    @Test("to another origin do not carry the token", arguments: [301, 302, 307, 308])
    func otherOrigin(status: Int) async throws {
        try await withServers { json, home, other in
            home.inject(redirect(status, to: other.url + "/v1/version"))
            let response = try await json.send(JSONRequest(.get, "/start"))
            #expect(response.status == 200)
            let seen = try #require(other.requests().first)
            #expect(seen.headers["Authorization"] == nil)
            #expect(seen.headers["User-Agent"] == "test")
        }
    }

    @Test("to another origin that requires credentials name that origin", arguments: [401, 403, 404])
    func credentialsRequired(status: Int) async throws {
        try await withServers { json, home, other in
            home.inject(redirect(302, to: other.url + "/private"))
            other.inject(Fault(.get, "/private", effect: .status(status)))
            let error = await #expect(throws: TransportError.self) { try await json.send(JSONRequest(.get, "/start")) }
            #expect(
                error?.description == "\(home.url)/start redirects to \(other.url), which gets no credentials. "
                    + "Set the address to \(other.url) if that is right.")
        }
    }

    @Test(
        "to another origin that can't be reached name both",
        arguments: ["http://127.0.0.1:1", "http://no-such-host.invalid"])
    func unreachable(other: String) async throws {
        try await withServers { json, home, _ in
            home.inject(redirect(302, to: other + "/private"))
            let error = await #expect(throws: TransportError.self) { try await json.send(JSONRequest(.get, "/start")) }
            let cause = other.hasSuffix(":1") ? "connection refused" : "unknown host no-such-host.invalid"
            #expect(
                error?.description == "\(home.url)/start redirects to \(other), which can't be reached: \(cause).")
            #expect(error?.detail == "redirect to \(other): \(cause)")
        }
    }

    @Test("that a change can't follow are named, too")
    func notFollowed() async throws {
        try await withSimulators { simulators in
            let hooks = "/repos/mhausenblas/s4d/hooks"
            simulators.gitHub.inject(redirect(301, from: hooks, to: "https://evil.invalid\(hooks)"))
            try await withEngineHTTP { http in
                let client = GitHubClient(
                    http: http, api: try ServiceURL(simulators.gitHub.url),
                    repository: RepositoryName(owner: "mhausenblas", name: "s4d"),
                    token: AccessToken(Self.token, file: nil))
                let desired = DesiredWebhook(publicURL: try ServiceURL("http://10.0.0.1:1"), secret: Secret("s"))
                let error = await #expect(throws: GitHubError.self) { try await client.createHook(desired) }
                #expect(error?.cause == "GitHub returned 301: it redirects to https://evil.invalid. Check -github-api.")
            }
        }
    }

    @Test("to another origin do not authenticate")
    func authentication() async throws {
        try await withSimulators { simulators in
            let repository = "/repos/mhausenblas/s4d"
            simulators.gitHub.inject(redirect(302, from: repository, to: simulators.mesosDNS.url + repository))
            simulators.mesosDNS.inject(
                Fault(.get, repository, effect: .status(200, body: #"{"full_name":"mhausenblas/s4d"}"#)))
            try await withEngineHTTP { http in
                let client = GitHubClient(
                    http: http, api: try ServiceURL(simulators.gitHub.url),
                    repository: RepositoryName(owner: "mhausenblas", name: "s4d"),
                    token: AccessToken(Self.token, file: nil))
                let error = await #expect(throws: GitHubError.self) { try await client.authenticate() }
                #expect(error?.description.contains("which gets no credentials") == true)
            }
        }
    }

    @Test("back to the first origin carry the token again")
    func back() async throws {
        try await withServers { json, home, other in
            home.inject(redirect(302, to: other.url + "/away"))
            other.inject(redirect(302, from: "/away", to: home.url + "/end"))
            home.inject(Fault(.get, "/end", effect: .status(200, body: "[]")))
            let response = try await json.send(JSONRequest(.get, "/start"))
            #expect(response.status == 200)
            #expect(home.requests(.get, "/end").first?.headers["Authorization"] == Self.token.value)
            #expect(other.requests().first?.headers["Authorization"] == nil)
        }
    }

    @Test("in a loop fail")
    func circle() async throws {
        try await withServers { json, home, _ in
            home.inject(redirect(302, to: "/start", times: nil))
            let error = await #expect(throws: TransportError.self) { try await json.send(JSONRequest(.get, "/start")) }
            #expect(error?.reason == .redirectedTooOften)
            #expect(home.requests().count == 6)
        }
    }

    @Test(
        "to a URL that is not HTTP fail",
        arguments: ["file:///etc/passwd", "http+unix://%2Fvar%2Frun%2Fdocker.sock/info", "ftp://127.0.0.1/"])
    func otherProtocol(location: String) async throws {
        try await withServers { json, home, _ in
            home.inject(redirect(302, to: location))
            let error = await #expect(throws: TransportError.self) { try await json.send(JSONRequest(.get, "/start")) }
            #expect(error?.description == "Can't reach \(home.url)/start: redirect to a URL that is not HTTP.")
        }
    }

    @Test("without a location are ordinary responses")
    func noLocation() async throws {
        try await withServers { json, home, _ in
            home.inject(Fault(.get, "/start", effect: .status(302)))
            let response = try await json.send(JSONRequest(.get, "/start"))
            #expect(response.status == 302)
        }
    }
}
