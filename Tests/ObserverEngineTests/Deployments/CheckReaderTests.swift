import Simulators
import Testing

@testable import ObserverEngine

@Suite("Reading the checks of commits")
struct CheckReaderTests {
    @Test("while GitHub asks for no requests, the checks of no commit are read")
    func limited() async throws {
        try await withSimulators { simulators in
            let gitHub = simulators.gitHub
            gitHub.inject(
                Fault(
                    .get, "/repos/mhausenblas/s4d/commits/*", times: 1,
                    effect: .status(429, headers: ["Retry-After": "60"])))
            let client = GitHubClient(
                http: .shared, api: try ServiceURL(gitHub.url), repository: Sample.repository,
                token: AccessToken(Secret(GitHubSimulator.Token.standard.value), file: nil))
            let reader = CheckReader(gitHub: client, branch: Sample.branch, required: .all, feed: ChangeFeed())
            let first = try await reader.facts(of: try Sample.commit(1))
            guard case .unreadable = first else {
                Issue.record("read: \(first)")
                return
            }
            let count = gitHub.requests().count
            #expect(try await reader.facts(of: try Sample.commit(2)) == first)
            #expect(gitHub.requests().count == count)
        }
    }
}
