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
            #expect(late.outcome == "branch dcos now points at \(new.after.prefix(7))")
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
            #expect(world.marathon.requests().isEmpty)
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

    @Test("a commit without an archive at GitHub is reported")
    func commitGone() async throws {
        try await withObserver { world in
            world.gitHub.inject(Fault(.get, "/repos/mhausenblas/s4d/tarball/*", effect: .status(404, body: "{}")))
            let run = try await world.deploy(Files.helloWorld)
            #expect(run.stage == .failed)
            #expect(run.outcome?.hasSuffix("Nothing was applied.") == true)
            #expect(run.outcome?.contains("fetch the source of \(run.commit.short)") == true)
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
