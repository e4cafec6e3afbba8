import Foundation
import Simulators
import Testing

@testable import ObserverEngine

@Suite("Reading the checks of commits")
struct CheckReaderTests {
    @Test("what was read a moment ago is read again only where it must be newer")
    func fresh() async throws {
        try await withSimulators { simulators in
            let gitHub = simulators.gitHub
            let client = GitHubClient(
                http: .shared, api: try ServiceURL(gitHub.url), repository: Sample.repository,
                token: AccessToken(Secret(GitHubSimulator.Token.standard.value), file: nil))
            let reader = CheckReader(gitHub: client, branch: Sample.branch, required: .all, feed: ChangeFeed())
            let push = try await gitHub.push(files: ["a": "b"])
            let commit = try #require(CommitID(push.after))
            await gitHub.report("success", "ci", of: push.after)
            let first = try await reader.facts(of: commit)
            await gitHub.report("failure", "ci", of: push.after)
            #expect(try await reader.facts(of: commit) == first)
            let latest = try await reader.facts(of: commit, notOlderThan: .zero)
            guard case .read(let reports, _) = latest else {
                Issue.record("not read: \(latest)")
                return
            }
            #expect(latest != first && reports.contains { $0.state == .failed("failure") })
        }
    }

    @Test("what was being read when a check changed is read again")
    func changedMeanwhile() async throws {
        try await withSimulators { simulators in
            let gitHub = simulators.gitHub
            let client = GitHubClient(
                http: .shared, api: try ServiceURL(gitHub.url), repository: Sample.repository,
                token: AccessToken(Secret(GitHubSimulator.Token.standard.value), file: nil))
            let feed = ChangeFeed()
            let reader = CheckReader(gitHub: client, branch: Sample.branch, required: .all, feed: feed)
            let push = try await gitHub.push(files: ["a": "b"])
            let commit = try #require(CommitID(push.after))
            let gate = AnswerGate()
            gitHub.inject(Fault(.get, "/repos/mhausenblas/s4d/commits/*", times: 1, effect: .hold(gate)))
            async let old = reader.facts(of: commit)
            try await gate.holding()
            gitHub.startCheck("e2e", of: push.after)
            feed.post([
                .delivery(
                    Delivery(
                        key: .init(hookID: 1, guid: "a"), event: "check_suite", receivedAt: Sample.now,
                        repository: Sample.repository, push: nil, verdict: .ping, payload: .init(body: Data())))
            ])
            gate.open()
            let before = try await old
            #expect(before == .read([], protected: nil))
            guard case .read(let reports, _) = try await reader.facts(of: commit) else {
                Issue.record("not read")
                return
            }
            #expect(reports.map(\.name) == ["e2e"])
        }
    }

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
