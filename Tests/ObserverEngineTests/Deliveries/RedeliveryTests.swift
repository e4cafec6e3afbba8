import Simulators
import Testing

@testable import ObserverEngine

@Suite("A delivery that GitHub sends again")
struct RedeliveryTests {
    @Test("where its deployment failed and it is the head, it is retried")
    func failedHead() async throws {
        try await withObserver { world in
            let bad = try await world.gitHub.push(files: ["dploy.app": Files.descriptor, "specs/helloworld.json": "{"])
            let first = try await world.deployment(of: bad.after, in: .failed)
            let answer = await world.gitHub.redeliver(bad.guid)?.outcome.answer
            #expect(answer?.status == 202)
            #expect(
                answer?.json["reason"]?.string
                    == "redelivered: deployment \(first.id) did not succeed and is retried")
            let again = try await world.deployment(of: bad.after, in: .failed, after: first.id)
            #expect(answer?.json["deployment"]?.integer == Int(again.id))
            let stored = try #require(try await world.control().deliveries(verdict: .accepted).first)
            #expect(stored.deployment == again.id)
            #expect(try await world.control().deliveries(verdict: .accepted).count == 1)
        }
    }

    @Test("otherwise the answer names the deployment and its result, and how to deploy it again")
    func duplicate() async throws {
        try await withObserver { world in
            let bad = try await world.gitHub.push(files: ["dploy.app": Files.descriptor, "specs/helloworld.json": "{"])
            let failed = try await world.deployment(of: bad.after, in: .failed)
            let good = try await world.gitHub.push(files: ["specs/helloworld.json": Files.app("helloworld")])
            let run = try await world.deployment(of: good.after, in: .succeeded)
            let reason = { (guid: String) async in
                await world.gitHub.redeliver(guid)?.outcome.answer?.json["reason"]?.string ?? ""
            }
            let again = { (commit: String) in "to deploy it again, run 'observer deploy \(commit.shortCommit)'" }
            #expect(
                await reason(bad.guid).hasSuffix(
                    "; deployment \(failed.id) did not succeed, and the branch has moved on; \(again(bad.after))"))
            #expect(await reason(good.guid).hasSuffix("; deployment \(run.id) succeeded; \(again(good.after))"))
            #expect(try await world.deployments().count == 2)
        }
    }

    @Test("a commit that was interrupted and that a hold left is not in progress")
    func interrupted() throws {
        let commit = try Sample.commit(2)
        let row = Deployment(id: 2, request: try Sample.request(2), queuedAt: Sample.now, stage: .interrupted)
        var state = BranchState()
        #expect(RedeliveryFate(commit: commit, deployment: row, newest: nil, state: state) == .outdated(2))
        state.decisions.decide(hold: Hold(at: try Sample.commit(1), leaving: [commit]), at: Sample.now)
        let fate = RedeliveryFate(commit: commit, deployment: row, newest: nil, state: state)
        let sentence = "; deployment 2 did not succeed, and the branch is on hold at 1aaaaaa"
        #expect(fate.sentence(of: commit).hasPrefix(sentence))
    }

    @Test("a redelivery does not end the hold of a rollback")
    func held() async throws {
        try await withObserver { world in
            let good = try await world.deploy()
            let bad = try await world.gitHub.push(files: ["specs/helloworld.json": "{"])
            let failed = try await world.deployment(of: bad.after, in: .failed)
            _ = try await world.control().perform(.rollback(deployment: good.id, seenCurrent: failed.id))
            let answer = await world.gitHub.redeliver(bad.guid)?.outcome.answer
            #expect(answer?.json["verdict"] == "duplicate")
            #expect(answer?.json["reason"]?.string?.hasSuffix("run 'observer resume' or 'observer deploy'") == true)
        }
    }
}
