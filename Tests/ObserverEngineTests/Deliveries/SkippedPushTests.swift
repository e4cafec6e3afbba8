import ObserverEngine
import Simulators
import Testing

@Suite("Pushes that the rules skip")
struct SkippedPushTests {
    /// Deploys by a command that always succeeds.
    private func setup(polls: Bool = false, _ change: (inout ObserverSetup) -> Void = { _ in }) -> ObserverSetup {
        ObserverSetup {
            $0.flags[.deployCommand] = "test ! -e broken"
            $0.flags[.paths] = "deploy/**"
            $0.flags[.onFailure] = "leave"
            if polls { $0.flags[.poll] = "1" }
            change(&$0)
        }
    }

    private func verdict(of push: GitHubSimulator.Push, in world: World) async throws -> (Delivery.Verdict, String?) {
        let all = try await world.engine.store.deliveries(limit: 100)
        let delivery = try #require(all.first { $0.commit?.description == push.after })
        return (delivery.verdict, delivery.reason)
    }

    /// Waits until the head of the branch was polled twice more.
    private func poll(_ world: World) async throws {
        let path = "/repos/mhausenblas/s4d/branches/dcos"
        let count = world.gitHub.requests(.get, path).count
        try await world.gitHub.request(.get, path, count: count + 2)
    }

    @Test("a push that changes no path that matters deploys nothing, and polling does not deploy it later")
    func unrelatedPaths() async throws {
        try await withObserver(setup(polls: true)) { world in
            let first = try await world.deploy(["deploy/a": "1"])
            #expect(first.stage == .succeeded)
            let docs = try await world.gitHub.push(files: ["docs/a": "1"])
            #expect(docs.answer?.status == 200)
            #expect(try await verdict(of: docs, in: world) == (.ignored, "no changed file matches -paths"))
            try await world.engine {
                $0.skipped
                    == "Head \(docs.after.shortCommit) needs no deployment: no changed file matches -paths. The last "
                    + "commit that needed a deployment, \(first.commit.short), should run."
            }
            try await poll(world)
            #expect(try await world.deployments().map(\.id) == [first.id])
            let third = try await world.deploy(["deploy/a": "2"])
            #expect(third.stage == .succeeded)
            try await world.engine { $0.skipped == nil }
        }
    }

    @Test("[skip deploy] in the head commit's message is honoured; the next push deploys everything")
    func message() async throws {
        try await withObserver(setup(polls: true)) { world in
            let first = try await world.deploy(["deploy/a": "1"])
            let skipped = try await world.gitHub.push(files: ["deploy/a": "2"], message: "Not yet [skip deploy]")
            let reason = "the message of the head commit contains [skip deploy]"
            #expect(try await verdict(of: skipped, in: world) == (.ignored, reason))
            try await poll(world)
            #expect(try await world.deployments().map(\.id) == [first.id])
            // Although it changes no path that matters: the push before it would otherwise never be deployed.
            let third = try await world.deploy(["docs/a": "1"])
            #expect(third.stage == .succeeded)
        }
    }

    @Test("the end of a hold deploys the commit before a skipped head, not the head")
    func afterHold() async throws {
        try await withObserver(setup()) { world in
            let first = try await world.deploy(["deploy/a": "1"])
            let second = try await world.deploy(["deploy/a": "2"])
            let control = try await world.control()
            _ = try await control.perform(.rollback(deployment: first.id, seenCurrent: second.id))
            let back = try await world.deployment(of: first.commit.description, in: .succeeded, after: second.id)
            let skipped = try await world.gitHub.push(files: ["deploy/a": "3"], message: "Not yet [skip deploy]")
            _ = try await verdict(of: skipped, in: world)
            let answer = try await control.perform(.resume()).result
            #expect(answer.hasSuffix("Deployment \(back.id + 1) of \(second.commit.short) queued."), "\(answer)")
            _ = try await world.deployment(of: second.commit.description, in: .succeeded, after: back.id)
            #expect(try await !world.deployments().contains { $0.commit.description == skipped.after })
            try await world.engine { $0.skipped?.hasPrefix("Head \(skipped.after.shortCommit) needs no") == true }
        }
    }

    @Test("a skipped push does not supersede the deployment that it follows")
    func running() async throws {
        try await withObserver(setup { $0.flags[.deployCommand] = "sleep 1" }) { world in
            let first = try await world.gitHub.push(files: ["deploy/a": "1"])
            let second = try await world.gitHub.push(files: ["deploy/a": "2"])
            let docs = try await world.gitHub.push(files: ["docs/a": "1"])
            #expect(try await world.end(of: second.after).stage == .succeeded)
            #expect(try await !world.deployments().contains { $0.commit.description == docs.after })
            #expect(try await world.deployments().contains { $0.commit.description == first.after })
        }
    }

    @Test("a push after one that was never seen is deployed, whatever it changes")
    func afterUnknown() async throws {
        try await withObserver(setup()) { world in
            _ = try await world.deploy(["deploy/a": "1"])
            try await world.gitHub.push(files: ["deploy/a": "2"], deliver: false)
            #expect(try await world.deploy(["docs/a": "1"]).stage == .succeeded)
        }
    }

    @Test("forced pushes and new branches are deployed, whatever they change")
    func forced() async throws {
        try await withObserver(setup()) { world in
            _ = try await world.deploy(["docs/a": "1"])
            try await world.gitHub.push(files: ["docs/a": "2"])
            #expect(try await world.deploy(["docs/a": "3"], force: true).stage == .succeeded)
        }
    }

    @Test("a failed commit is not retried because of a push that is skipped")
    func afterFailure() async throws {
        try await withObserver(setup(polls: true)) { world in
            let failed = try await world.deploy(["deploy/a": "1", "broken": ""])
            #expect(failed.stage == .failed)
            try await world.gitHub.push(files: ["docs/a": "1"])
            try await poll(world)
            #expect(try await world.deployments().map(\.id) == [failed.id])
            #expect(world.engine.status.engine.blocked?.contains("deployment \(failed.id) failed") == true)
        }
    }

    @Test("without deliveries, polling applies the rules to the files that changed since the last head")
    func pollingAlone() async throws {
        try await withObserver(setup(polls: true)) { world in
            let first = try await world.gitHub.push(files: ["deploy/a": "1"], deliver: false)
            let deployed = try await world.end(of: first.after)
            let docs = try await world.gitHub.push(files: ["docs/a": "1"], deliver: false)
            try await world.log.wait(for: "The head of the branch needs no deployment")
            try await poll(world)
            #expect(try await world.deployments().map(\.id) == [deployed.id])
            #expect(docs.after != first.after)
            let marked = try await world.gitHub.push(
                files: ["deploy/a": "2"], message: "[skip deploy] later", deliver: false)
            try await world.log.wait(for: "contains \(PushRules.marker)")
            let last = try await world.gitHub.push(files: ["docs/a": "2"], deliver: false)
            #expect(try await world.end(of: last.after).stage == .succeeded)
            #expect(try await !world.deployments().contains { $0.commit.description == marked.after })
        }
    }

    @Test("an operator deploys a skipped head, which is then the commit that should run")
    func operatorDeploys() async throws {
        try await withObserver(setup(polls: true)) { world in
            _ = try await world.deploy(["deploy/a": "1"])
            let docs = try await world.gitHub.push(files: ["docs/a": "1"])
            _ = try await world.control().perform(.deploy(commit: nil, force: false))
            let deployed = try await world.end(of: docs.after)
            #expect(deployed.stage == .succeeded)
            try await poll(world)
            #expect(try await world.deployments().map(\.id).first == deployed.id)
        }
    }

    @Test("a rollback stays, although a push that is skipped follows")
    func hold() async throws {
        try await withObserver(setup(polls: true)) { world in
            let first = try await world.deploy(["deploy/a": "1"])
            _ = try await world.deploy(["deploy/a": "2"])
            _ = try await world.control().perform(.rollback(deployment: first.id, seenCurrent: nil))
            let back = try await world.deployment(of: first.commit.description, in: .succeeded, after: first.id)
            try await world.gitHub.push(files: ["docs/a": "1"])
            try await poll(world)
            #expect(try await world.deployments().map(\.id).first == back.id)
        }
    }
}
