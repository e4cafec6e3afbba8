import Logging
import ObserverEngine
import Simulators

/// A client of the simulated GitHub, without an engine.
func withGitHub<Value: Sendable>(
    _ options: GitHubOptions = GitHubOptions(), token: String = GitHubSimulator.Token.standard.value,
    apiPath: String = "", _ body: (GitHubSimulator, GitHubClient) async throws -> Value
) async throws -> Value {
    var setup = SimulatorOptions()
    setup.gitHub = options
    return try await withSimulators(setup) { simulators in
        try await withEngineHTTP { http in
            var given = GivenSettings.sufficient
            given.flags = [.gitHubAPI: simulators.gitHub.url + apiPath, .pat: token]
            let configuration = try given.read()
            let client = GitHubClient(
                http: http, api: configuration.gitHub.api, repository: configuration.branch.repository,
                token: AccessToken(configuration.gitHub.accessToken, file: nil))
            return try await body(simulators.gitHub, client)
        }
    }
}

extension GitHubSimulator.Token {
    static func classic(_ scopes: [String]) -> Self {
        Self(value: "ghp_classicclassicclassicclassicclassic1", kind: .classic(scopes: scopes))
    }

    static func fineGrained(_ permissions: [String: String]) -> Self {
        Self(value: "github_pat_finefinefinefinefinefinefine", kind: .fineGrained(permissions: permissions))
    }
}

extension GitHubOptions {
    /// Options with a single valid token.
    static func with(_ token: GitHubSimulator.Token) -> GitHubOptions {
        var options = GitHubOptions()
        options.tokens = [token]
        return options
    }
}
