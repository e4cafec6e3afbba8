import Foundation
import Simulators
import Testing

@Suite("Simulated GitHub: permissions and limits")
struct AccessTests {
    private func answer(
        _ gitHub: GitHubSimulator,
        as token: GitHubSimulator.Token,
        _ path: String
    ) async throws -> Client.Answer {
        gitHub.addToken(token)
        var client = gitHub.client
        client.headers["Authorization"] = "token \(token.value)"
        return try await client.send(.get, path)
    }

    @Test("responses list the scopes of a classic token, but not of a fine-grained one")
    func scopes() async throws {
        try await withSimulators { world in
            let gitHub = world.gitHub
            let classic = try await gitHub.client.send(.get, "\(gitHub.path)/hooks")
            #expect(classic.headers["X-OAuth-Scopes"] == "repo, admin:repo_hook")
            var token = GitHubSimulator.Token(value: "fine", kind: .fineGrained(permissions: ["hooks": "read"]))
            token.expires = Date(timeIntervalSince1970: 4_000_000_000)
            let fine = try await answer(gitHub, as: token, "\(gitHub.path)/hooks")
            #expect(fine.status == 200)
            #expect(fine.headers["X-OAuth-Scopes"] == nil)
            #expect(fine.headers["github-authentication-token-expiration"] == "2096-10-02 07:06:40 UTC")
            let missing = try await answer(gitHub, as: token, "\(gitHub.path)/branches/master")
            #expect(missing.status == 403)
            #expect(missing.json["message"] == "Resource not accessible by personal access token")
        }
    }

    @Test("a resource that the token may not see does not exist")
    func refusals() async throws {
        try await withSimulators { world in
            let gitHub = world.gitHub
            let wrong = try await Client(
                base: gitHub.url, headers: ["Authorization": "Bearer nope", "User-Agent": "x"]
            )
            .send(.get, "/user")
            #expect(wrong.status == 401)
            #expect(wrong.json["message"] == "Bad credentials")
            let poor = GitHubSimulator.Token(value: "poor", kind: .classic(scopes: ["gist"]))
            #expect(try await answer(gitHub, as: poor, "\(gitHub.path)/hooks").status == 404)
            #expect(try await answer(gitHub, as: poor, gitHub.path).status == 200)
            var blind = GitHubSimulator.Token.standard
            blind.value = "blind"
            blind.seesRepository = false
            #expect(try await answer(gitHub, as: blind, gitHub.path).json["message"] == "Not Found")
            gitHub.revokeToken("poor")
            #expect(
                try await Client(base: gitHub.url, headers: ["Authorization": "Bearer poor", "User-Agent": "x"])
                    .send(.get, gitHub.path).status == 401)
        }
    }

    @Test("single sign-on is required for the organization's resources alone, and maybe late", arguments: [0, 2])
    func singleSignOn(lateness: Int) async throws {
        try await withSimulators { world in
            let gitHub = world.gitHub
            let url = "https://github.com/orgs/x/sso?authorization_request=1"
            let token = GitHubSimulator.Token.standard.value
            gitHub.require(.init(at: url, lateness: lateness), of: token)
            for _ in 0..<lateness { #expect(try await gitHub.client.send(.get, gitHub.path).status == 200) }
            for path in [gitHub.path, "\(gitHub.path)/hooks"] {
                let refused = try await gitHub.client.send(.get, path)
                #expect(refused.status == 403)
                #expect(refused.headers["X-GitHub-SSO"] == "required; url=\(url)")
            }
            for path in ["/user", "/rate_limit"] {
                let accepted = try await gitHub.client.send(.get, path)
                #expect(accepted.status == 200)
                #expect(accepted.headers["X-GitHub-SSO"] == nil)
            }
            gitHub.require(nil, of: token)
            #expect(try await gitHub.client.send(.get, gitHub.path).status == 200)
        }
    }

    @Test("a fine-grained token needs no authorization for single sign-on")
    func fineGrainedSingleSignOn() async throws {
        try await withSimulators { world in
            var token = GitHubSimulator.Token(value: "fine", kind: .fineGrained(permissions: [:]))
            token.singleSignOn = .init(at: "https://github.com/orgs/x/sso")
            let accepted = try await answer(world.gitHub, as: token, world.gitHub.path)
            #expect(accepted.status == 200)
        }
    }

    @Test("an exhausted rate limit is a 403")
    func rateLimit() async throws {
        try await withSimulators { world in
            let gitHub = world.gitHub
            gitHub.setRateLimit(.init(limit: 60, remaining: 1))
            #expect(try await gitHub.client.send(.get, gitHub.path).headers["x-ratelimit-remaining"] == "0")
            let refused = try await gitHub.client.send(.get, gitHub.path)
            #expect(refused.status == 403)
            #expect(refused.json["message"]?.string?.hasPrefix("API rate limit exceeded") == true)
            #expect(try await gitHub.client.send(.get, "/rate_limit").json["rate"]?["remaining"] == 0)
            gitHub.inject(.secondaryRateLimit(retryAfter: 1))
            #expect(try await gitHub.client.send(.get, gitHub.path).headers["Retry-After"] == "1")
        }
    }

    @Test("the API is also served under the path of Enterprise Server")
    func enterprise() async throws {
        try await withSimulators { world in
            let gitHub = world.gitHub
            let answer = try await gitHub.client.send(.get, "/api/v3\(gitHub.path)/branches/master")
            #expect(answer.status == 200)
            #expect(answer.headers["X-GitHub-Enterprise-Version"] != nil)
        }
    }
}
