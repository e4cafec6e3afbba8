import Foundation
import Simulators
import Testing

@testable import ObserverEngine

@Suite("GitHub's response to the token")
struct TokenProofTests {
    private func refusal(
        _ options: GitHubOptions = GitHubOptions(), token: String = GitHubSimulator.Token.standard.value,
        _ prepare: (GitHubSimulator) -> Void = { _ in }
    ) async throws -> GitHubError? {
        try await withGitHub(options, token: token) { gitHub, client in
            prepare(gitHub)
            return await #expect(throws: GitHubError.self) { try await client.authenticate() }
        }
    }

    @Test("a classic token shows its scopes")
    func classic() async throws {
        let token = GitHubSimulator.Token.classic(["repo", "admin:repo_hook"])
        try await withGitHub(.with(token), token: token.value) { gitHub, client in
            let grant = try await client.authenticate()
            #expect(grant.scopes == ["repo", "admin:repo_hook"])
            #expect(grant.summary == "classic token with scopes repo, admin:repo_hook")
            #expect(grant.repository == "mhausenblas/s4d")
            #expect(grant.warnings(now: Date()) == [])
            #expect(gitHub.requests().map(\.path) == ["/repos/mhausenblas/s4d"])
            #expect(gitHub.violations() == [])
        }
    }

    @Test("a fine-grained token shows none: only a request shows its permissions")
    func fineGrained() async throws {
        let token = GitHubSimulator.Token.fineGrained(["hooks": "write"])
        try await withGitHub(.with(token), token: token.value) { _, client in
            let grant = try await client.authenticate()
            #expect(grant.scopes == nil)
            #expect(grant.summary == "fine-grained token")
            #expect(grant.managesHooks == nil)
            #expect(grant.warnings(now: Date()) == [])
        }
    }

    @Test("its expiry date is read")
    func expiry() async throws {
        var token = GitHubSimulator.Token.fineGrained([:])
        token.expires = Date(timeIntervalSince1970: 4_000_000_000)
        try await withGitHub(.with(token), token: token.value) { _, client in
            let grant = try await client.authenticate()
            #expect(grant.expiresAt == token.expires)
        }
    }

    @Test("an unknown token is rejected for good, and the error names the remedy")
    func unknown() async throws {
        let error = try #require(try await refusal(token: "ghp_unknown"))
        #expect(error.reason == .tokenRefused)
        #expect(!error.isTransient)
        #expect(
            error.description
                == "Can't authenticate against GitHub: GitHub rejected the personal access token (401): it is invalid, "
                + "expired or revoked. Create a new one at \(error.webURL)/settings/tokens.")
    }

    @Test("an expired token is rejected as well")
    func expired() async throws {
        var token = GitHubSimulator.Token.classic(["repo"])
        token.expires = Date(timeIntervalSinceNow: -60)
        #expect(try await refusal(.with(token), token: token.value)?.reason == .tokenRefused)
    }

    @Test("a missing and an inaccessible repository have the same error")
    func invisible() async throws {
        var token = GitHubSimulator.Token.classic(["repo"])
        token.seesRepository = false
        let error = try #require(try await refusal(.with(token), token: token.value))
        #expect(error.reason == .notFound)
        #expect(!error.isTransient)
        #expect(error.description.contains("the repository or resource does not exist"))
        #expect(error.description.contains("or the token has no access"))
        #expect(error.description.contains("mhausenblas/s4d"))
    }

    @Test("single sign-on is named, with the address to authorize the token at")
    func singleSignOn() async throws {
        var token = GitHubSimulator.Token.classic(["repo"])
        let url = "https://github.com/orgs/acme/sso?authorization_request=A"
        token.singleSignOn = .init(at: url)
        let error = try #require(try await refusal(.with(token), token: token.value))
        #expect(error.reason == .forbidden(.singleSignOn(url: url)))
        #expect(error.description.contains("single sign-on"))
        #expect(error.description.contains("https://github.com/orgs/acme/sso"))
    }

    @Test("an exhausted rate limit is transient, until the reset that GitHub names")
    func rateLimit() async throws {
        let error = try #require(
            try await refusal { $0.setRateLimit(.init(remaining: 0, reset: Date(timeIntervalSinceNow: 120))) })
        #expect(error.reason == .rateLimited)
        #expect(error.isTransient)
        let wait = try #require(error.retryAfter)
        #expect(wait > .seconds(110) && wait <= .seconds(122))
        // A sentence that is stored must still be true later.
        #expect(error.description.contains(#/rate limit is exhausted; it resets at [0-9]{2}:[0-9]{2} UTC\.$/#))
    }

    @Test("the secondary rate limit is transient too", arguments: [403, 429])
    func secondaryLimit(status: Int) async throws {
        let error = try #require(
            try await refusal { $0.inject(.secondaryRateLimit(retryAfter: 17, status: status)) })
        #expect(error.reason == .rateLimited)
        #expect(error.retryAfter == .seconds(17))
        #expect(error.cause.hasPrefix("GitHub rejects requests until "))
        #expect(error.cause.hasSuffix(" UTC: there were too many at once (secondary rate limit)."))
        #expect(!error.cause.contains("exhausted"))
    }

    @Test("each response updates the number of remaining requests")
    func remaining() async throws {
        try await withGitHub { gitHub, client in
            #expect(client.rateLimit.remaining == nil)
            gitHub.setRateLimit(.init(remaining: 42))
            _ = try await client.authenticate()
            let first = try #require(client.rateLimit.remaining)
            _ = try await client.hooks()
            #expect(client.rateLimit.remaining == first - 1)
        }
    }

    @Test("GitHub Enterprise Server is called below its prefix")
    func enterprise() async throws {
        try await withGitHub(apiPath: "/api/v3") { gitHub, client in
            _ = try await client.authenticate()
            #expect(gitHub.requests().map(\.encodedPath) == ["/api/v3/repos/mhausenblas/s4d"])
            #expect(gitHub.violations() == [])
        }
    }

    @Test(
        "the website of GitHub follows from the address of its API",
        arguments: [
            ("https://api.github.com", "https://github.com"), ("https://api.acme.ghe.com", "https://acme.ghe.com"),
            ("https://git.acme.com/api/v3", "https://git.acme.com"), ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ])
    func website(api: String, website: String) throws {
        #expect(try ServiceURL(api).gitHubWebURL == website)
    }
}
