import ObserverEngine
import Simulators
import Testing

@Suite("Pushes that overtake each other")
struct QueueTests {
    @Test("while one is deployed only the newest push waits")
    func newestWaits() async throws {
        try await withObserver { world in
            let lock = world.marathon.lock("/helloworld")
            let first = try await world.gitHub.push(files: Files.helloWorld)
            try await world.marathon.request { $0.method == .put && $0.status == 409 }
            let second = try await world.gitHub.push(files: ["specs/helloworld.json": Files.app("helloworld", mem: 64)])
            let third = try await world.gitHub.push(files: ["specs/helloworld.json": Files.app("helloworld", mem: 96)])
            world.marathon.unlock(lock)
            try await world.deployment(of: third.after, in: .succeeded)
            let all = try await world.deployments().reversed()
            #expect(all.map(\.commit.description) == [first.after, second.after, third.after])
            #expect(all.map(\.stage) == [.succeeded, .superseded, .succeeded])
            #expect(world.marathon.app("/helloworld")?.labels["DPLOY_COMMIT"] == third.after)
            #expect(world.gitHub.statuses(of: second.after).isEmpty)
        }
    }

    @Test("an old push that arrives late does not roll the apps back")
    func latePush() async throws {
        try await withObserver { world in
            let old = try await world.gitHub.push(files: Files.helloWorld, deliver: false)
            let new = try await world.gitHub.push(files: ["specs/helloworld.json": Files.app("helloworld", mem: 64)])
            try await world.deployment(of: new.after, in: .succeeded)
            let answer = await world.gitHub.deliver(event: "push", payload: old.payload).answer
            #expect(answer?.status == 202)
            let late = try await world.end(of: old.after)
            #expect(late.stage == .superseded)
            #expect(late.outcome == "branch dcos now points at \(new.after.shortCommit)")
            #expect(world.marathon.app("/helloworld")?.labels["DPLOY_COMMIT"] == new.after)
            #expect(world.applied().count == 1)
            #expect(try await world.deployments().count == 2)
        }
    }

    @Test("an old push deploys the head if the newer push was never delivered")
    func missedPush() async throws {
        try await withObserver { world in
            let old = try await world.gitHub.push(files: Files.helloWorld, deliver: false)
            let new = try await world.gitHub.push(
                files: ["specs/helloworld.json": Files.app("helloworld", mem: 64)], message: "Grow", deliver: false)
            await world.gitHub.deliver(event: "push", payload: old.payload)
            let head = try await world.deployment(of: new.after, in: .succeeded)
            #expect(head.request.commit.message == "Grow")
            #expect(try await world.deployments().map(\.stage) == [.succeeded, .superseded])
        }
    }

    @Test("a forced push to another commit is deployed, and one back to an older commit too")
    func forcedPush() async throws {
        try await withObserver { world in
            let first = try await world.gitHub.push(files: Files.helloWorld)
            try await world.deployment(of: first.after, in: .succeeded)
            let second = try await world.gitHub.push(files: ["specs/helloworld.json": Files.app("helloworld", mem: 64)])
            try await world.deployment(of: second.after, in: .succeeded)
            let forced = try await world.gitHub.push(
                files: ["specs/helloworld.json": Files.app("helloworld", mem: 96)], force: true)
            try await world.deployment(of: forced.after, in: .succeeded)
            #expect(world.marathon.app("/helloworld")?.labels["DPLOY_COMMIT"] == forced.after)
            let back = try await world.gitHub.move(branch: "dcos", to: first.after)
            #expect(back.answer?.status == 202)
            try await world.marathon.wait(for: "the old spec") {
                $0.apps["/helloworld"]?.labels["DPLOY_COMMIT"] == first.after ? true : nil
            }
        }
    }

    @Test("an API that still shows the old head does not keep the push from being deployed")
    func laggingAPI() async throws {
        try await withObserver { world in
            let first = try await world.gitHub.push(files: Files.helloWorld)
            try await world.deployment(of: first.after, in: .succeeded)
            let path = "/repos/mhausenblas/s4d/branches/dcos"
            let stale =
                #"{"name":"dcos","commit":{"sha":"\#(first.after)","commit":{"message":"old","author":{"name":"a"}}}}"#
            world.gitHub.inject(Fault(.get, path, times: 1, effect: .body(stale)))
            let second = try await world.gitHub.push(files: ["specs/helloworld.json": Files.app("helloworld", mem: 64)])
            let run = try await world.end(of: second.after)
            #expect(run.stage == .succeeded, "\(run.outcome ?? "")")
            #expect(world.marathon.app("/helloworld")?.labels["DPLOY_COMMIT"] == second.after)
        }
    }

    @Test("an API that does not know the branch yet does not keep the push from being deployed")
    func branchNotYetThere() async throws {
        try await withObserver { world in
            let path = "/repos/mhausenblas/s4d/branches/dcos"
            world.gitHub.inject(Fault(.get, path, times: 2, effect: .status(404, body: "{}")))
            let run = try await world.deploy(Files.helloWorld)
            #expect(run.stage == .succeeded)
        }
    }

    @Test("a push to a branch that was deleted meanwhile is not deployed")
    func branchGone() async throws {
        try await withObserver { world in
            let push = try await world.gitHub.push(files: Files.helloWorld, deliver: false)
            try await world.gitHub.deleteBranch("dcos", deliver: false)
            await world.gitHub.deliver(event: "push", payload: push.payload)
            let run = try await world.end(of: push.after)
            #expect(run.stage == .superseded)
            #expect(run.outcome == "branch dcos no longer exists")
            #expect(world.marathonIsUntouched)
        }
    }

    @Test("the deletion of the branch deploys nothing, and its apps stay")
    func deletion() async throws {
        try await withObserver { world in
            try await world.deploy(Files.helloWorld)
            let deletion = try await world.gitHub.deleteBranch("dcos")
            #expect(deletion.answer?.json["reason"] == "the branch dcos was deleted")
            #expect(try await world.deployments().count == 1)
            #expect(world.marathon.app("/helloworld") != nil)
        }
    }

    @Test("a commit without an archive on GitHub is reported")
    func commitGone() async throws {
        try await withObserver { world in
            world.gitHub.inject(Fault(.get, "/repos/mhausenblas/s4d/tarball/*", effect: .status(404, body: "{}")))
            let run = try await world.deploy(Files.helloWorld)
            #expect(run.stage == .failed)
            #expect(run.outcome?.hasSuffix("Nothing was applied.") == true)
            #expect(run.outcome?.hasPrefix("The source of \(run.commit.short) is gone: ") == true)
        }
    }

    @Test("a push that was undone by a forced push and is delivered again is not deployed")
    func takenBack() async throws {
        try await withObserver { world in
            let first = try await world.gitHub.push(files: Files.helloWorld)
            try await world.deployment(of: first.after, in: .succeeded)
            let second = try await world.gitHub.push(
                files: ["specs/helloworld.json": Files.app("helloworld", mem: 64)], deliver: false)
            _ = try await world.gitHub.move(branch: "dcos", to: first.after, deliver: false)
            let answer = await world.gitHub.deliver(event: "push", payload: second.payload).answer
            #expect(answer?.status == 202)
            let late = try await world.end(of: second.after)
            #expect(late.stage == .superseded)
            #expect(world.marathon.app("/helloworld")?.labels["DPLOY_COMMIT"] == first.after)
            #expect(world.applied().count == 1)
        }
    }
}

@Suite("A push while an older one does not become healthy")
struct SupersededWhileWaitingTests {
    private static func tree(mem: Int, name: String = "web") -> [String: String?] {
        ["dploy.app": Files.descriptor, "specs/\(name).json": Files.app(name, mem: mem, healthCheck: true)]
    }

    /// Deploys a first version, then pushes one that never gets healthy.
    private func withStuckPush(
        _ body: @escaping @Sendable (World, _ stuck: GitHubSimulator.Push) async throws -> Void
    ) async throws {
        try await withObserver(.impatient) { world in
            try await world.deploy(Self.tree(mem: 32))
            world.marathon.setBehaviour(.neverHealthy, of: "/web")
            let stuck = try await world.gitHub.push(files: Self.tree(mem: 64))
            try await world.deployment(of: stuck.after, in: .waiting)
            try await body(world, stuck)
        }
    }

    @Test("a fix is applied within seconds, and the older deployment is superseded")
    func fix() async throws {
        try await withStuckPush { world, stuck in
            world.marathon.setBehaviour(.healthy(after: .milliseconds(100)), of: "/web")
            let fix = try await world.gitHub.push(files: Self.tree(mem: 96))
            let run = try await world.deployment(of: fix.after, in: .succeeded)
            let old = try await world.deployment(of: stuck.after, in: .superseded)
            #expect(old.outcome == "superseded by deployment \(run.id) (\(run.commit.short)) before it was healthy")
            #expect(world.marathon.app("/web")?.definition["mem"] == 96)
            let lock = try #require(old.externalIDs.first)
            #expect(
                try await world.journal(of: run).contains(
                    "overriding Marathon deployment \(lock), left by an earlier deployment of this observer"))
            #expect(
                try await world.journal(of: old).last == "superseded by deployment \(run.id) of \(run.commit.short)")
            let status = try await world.gitHub.waitForStatus("error", of: stuck.after)
            #expect(status.description == "superseded by \(run.commit.short)")
            let metrics = try PrometheusPage(try await world.metrics().text)
            #expect(metrics[#"dploy_observer_deployments_total{result="superseded"}"#] == 1)
            #expect(metrics[#"dploy_observer_deployments_total{result="failed"}"#] == 0)
        }
    }

    @Test("a push that takes the change back restores the app, next to a new one")
    func otherApp() async throws {
        try await withStuckPush { world, stuck in
            world.marathon.setBehaviour(.healthy(after: .milliseconds(100)), of: "/web")
            var files = Self.tree(mem: 32)
            files["specs/other.json"] = Files.app("other")
            let push = try await world.gitHub.push(files: files)
            try await world.deployment(of: push.after, in: .succeeded)
            try await world.deployment(of: stuck.after, in: .superseded)
            let web = try await world.marathon.waitUntilReady("/web")
            #expect(web.definition["mem"] == 32)
        }
    }

    @Test("if the newer one does not become healthy either, the version before both is restored")
    func bothBad() async throws {
        var setup = ObserverSetup.impatient
        setup.flags[.deployTimeout] = "\(10 * Slowness.factor)"
        try await withObserver(setup) { world in
            let good = try await world.deploy(Self.tree(mem: 32))
            world.marathon.setBehaviour(.neverHealthy, of: "/web")
            let stuck = try await world.gitHub.push(files: Self.tree(mem: 64))
            try await world.deployment(of: stuck.after, in: .waiting)
            let second = try await world.gitHub.push(files: Self.tree(mem: 96))
            try await world.marathon.wait(for: "the newer spec") {
                $0.apps["/web"]?.definition["mem"] == 96 ? true : nil
            }
            try await world.deployment(of: second.after, in: .waiting)
            world.marathon.setBehaviour(.healthy(after: .milliseconds(100)), of: "/web")
            let bad = try await world.end(of: second.after)
            #expect(bad.stage == .failed)
            #expect(
                bad.outcome?.hasSuffix("Rolled back; the previous version of /web is healthy.") == true,
                "\(bad.outcome ?? "")")
            let web = try await world.marathon.waitUntilReady("/web")
            #expect(web.labels["DPLOY_COMMIT"] == good.commit.description)
        }
    }

    @Test("if the newer one is invalid, the last success is deployed again")
    func invalidFix() async throws {
        try await withStuckPush { world, stuck in
            world.marathon.setBehaviour(.healthy(after: .milliseconds(100)), of: "/web")
            let typo = try await world.gitHub.push(files: ["specs/web.json": "{"])
            let failed = try await world.end(of: typo.after)
            let good = try #require(try await world.deployments().last)
            let rollback = try await world.deployment(of: good.commit.description, in: .succeeded, after: failed.id)
            #expect(rollback.request.trigger == .rollback && rollback.request.requestedBy == nil)
            #expect(
                failed.outcome?.hasSuffix(
                    "Deployment \(rollback.id) returns to \(good.commit.short), the last success.") == true,
                "\(failed.outcome ?? "")")
            try await world.deployment(of: stuck.after, in: .superseded)
            let web = try await world.marathon.waitUntilReady("/web")
            #expect(web.definition["mem"] == 32)
            // The branch still points at the invalid commit, which stays undeployed.
            try await world.engine { $0.blocked != nil }
        }
    }

    @Test("a newer one that has to be approved does not end it before")
    func unapproved() async throws {
        var setup = ObserverSetup.impatient
        setup.flags[.approve] = "changes"
        setup.flags[.deployTimeout] = "\(12 * Slowness.factor)"
        try await withObserver(setup) { world in
            let good = try await world.deploy(Self.tree(mem: 32))
            world.marathon.setBehaviour(.neverHealthy, of: "/web")
            let stuck = try await world.gitHub.push(files: Self.tree(mem: 64))
            let asking = try await world.deployment(of: stuck.after) { $0.wait?.rule == .approval }
            let control = try await world.control()
            let plan = try #require(try await control.deployment(asking.id).summary.plan)
            _ = try await control.perform(.approve(deployment: asking.id, plan: plan))
            try await world.deployment(of: stuck.after, in: .waiting)
            let newer = try await world.gitHub.push(files: Self.tree(mem: 96))
            world.marathon.setBehaviour(.healthy(after: .milliseconds(100)), of: "/web")
            let ended = try await world.end(of: stuck.after)
            #expect(ended.stage == .failed)
            #expect(ended.outcome?.contains("Rolled back") == true, "\(ended.outcome ?? "")")
            try await world.deployment(of: newer.after) { $0.wait?.rule == .approval }
            #expect(world.marathon.app("/web")?.labels["DPLOY_COMMIT"] == good.commit.description)
        }
    }

    @Test("while deployments are paused, the older one is left to its time limit")
    func paused() async throws {
        try await withStuckPush { world, stuck in
            _ = try await world.control().perform(.pause())
            try await world.gitHub.push(files: Self.tree(mem: 96))
            // Longer than the time after which a deployment without progress is superseded.
            try await Task.sleep(for: .seconds(3))
            let old = try await world.deployment(of: stuck.after) { _ in true }
            #expect(old.stage == .waiting)
        }
    }
}
