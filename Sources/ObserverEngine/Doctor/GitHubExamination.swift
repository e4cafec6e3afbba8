import AsyncHTTPClient
import Foundation

/// Asks GitHub what the doctor wants to know.
struct GitHubExamination {
    private let configuration: Configuration
    private let gitHub: GitHubClient
    private let publicURL: ServiceURL?
    private let seen: ObservedEngine?

    init(configuration: Configuration, http: HTTPClient, publicURL: ServiceURL?, seen: ObservedEngine?) {
        self.configuration = configuration
        self.publicURL = publicURL
        self.seen = seen
        gitHub = GitHubClient(
            http: http, api: configuration.gitHubAPI, repository: configuration.repository,
            token: AccessToken(configuration.accessToken, file: nil))
    }

    /// Where the token is refused, nothing else can be asked.
    func findings() async throws -> [Finding] {
        let grant = try await result { try await gitHub.authenticate() }
        let token = Finding.token(grant)
        guard case .success(let grant) = grant else { return [token] }
        let now = Date()
        let head = try await result { try await gitHub.branch(configuration.branch).commit.sha }
        return [
            token, .expiry(of: grant, now: now), .repository(configuration.repository, of: grant),
            .branch(configuration.branch, head: head), try await webhook(), .clock(of: grant, now: now),
        ]
    }

    private func webhook() async throws -> Finding {
        guard let publicURL else { return .webhookWithoutAddress }
        return .webhook(
            desired: DesiredHook(publicURL: publicURL, secret: configuration.hookSecret),
            actual: try await result { try await gitHub.hooks() }, seen: seen?.hook)
    }

    private func result<Value>(_ ask: () async throws -> Value) async throws -> Result<Value, GitHubError> {
        do {
            return .success(try await ask())
        } catch let error as GitHubError {
            return .failure(error)
        }
    }
}
