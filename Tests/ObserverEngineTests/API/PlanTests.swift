import Foundation
import Simulators
import Testing

@testable import ObserverEngine

@Suite("Plan")
struct PlanTests {
    private func tree(mem: Int, more: [String: String] = [:]) -> [String: String?] {
        ["dploy.app": Files.descriptor, "specs/helloworld.json": Files.app("helloworld", mem: mem)].merging(more) { $1 }
    }

    @Test("the head is planned while paused: each change is listed, and nothing is changed anywhere")
    func head() async throws {
        try await withObserver { world in
            let first = try await world.deploy(mem: 32)
            let control = try await world.control()
            _ = try await control.perform(.pause())
            world.marathon.createApp(["id": "/old", "cmd": "x", "labels": ["DPLOY": "s4d"]])
            world.marathon.createApp(["id": "/shared", "cmd": "x", "instances": 2, "labels": ["DPLOY": "other"]])
            let more = ["specs/new.json": Files.app("new"), "specs/shared.json": Files.app("shared")]
            let push = try await world.gitHub.push(files: tree(mem: 64, more: more), message: "More\n\nand more")
            try await world.deployment(of: push.after) { $0.wait?.rule == .pause }
            try await world.gitHub.waitForStatus("pending", of: push.after)
            let rows = try await world.deployments()

            let plan = try await control.plan(PlanRequest())
            #expect(plan.commit == .init(id: push.after, message: "More", author: plan.commit?.author))
            #expect(plan.running?.id == first.commit.description)
            #expect(plan.changesAnything && plan.problems.isEmpty)
            #expect(plan.changes.map(\.appID) == ["/helloworld", "/new", "/shared", "/old"])
            #expect(plan.changes.map(\.kind) == [.updated, .created, .updated, .orphaned])
            #expect(plan.changes[0].fields == [.init(path: "/mem", before: "32", after: "64")])
            #expect(plan.changes.map(\.restarts) == [1, nil, 2, nil])
            #expect(plan.changes.map(\.takenOverFrom) == [nil, nil, "other", nil])

            #expect(try await world.deployments() == rows)
            #expect(world.gitHub.statuses(of: push.after).count == 1)
            #expect(world.marathon.app("/new") == nil)
            let path = world.configuration.state.directory + "/" + Workspace.reading
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }

    @Test("a plan of the running commit changes nothing, also while the branch is held")
    func held() async throws {
        try await withObserver { world in
            let first = try await world.deploy(mem: 32)
            try await world.deploy(mem: 64)
            let control = try await world.control()
            _ = try await control.perform(.rollback(deployment: first.id, seenCurrent: nil))
            let back = try await world.deployment(of: first.commit.description, in: .succeeded, after: first.id)
            let same = try await control.plan(PlanRequest(ref: first.commit.description))
            #expect(!same.changesAnything && same.changes.map(\.kind) == [.unchanged])
            #expect(same.running?.id == back.commit.description)
            #expect(try await control.plan(PlanRequest(ref: "head")).changesAnything)
        }
    }

    @Test("a commit is found by branch, tag, and full or short id; anything else is refused with a message")
    func refs() async throws {
        try await withObserver { world in
            try await world.deploy(mem: 32)
            let other = try await world.gitHub.push(files: tree(mem: 48), branch: "feature/x").after
            try await world.gitHub.createTag("v1", at: other)
            let control = try await world.control()
            for ref in ["feature/x", "v1", other, other.shortCommit] {
                #expect(try await control.plan(PlanRequest(ref: ref)).commit?.id == other, "\(ref)")
            }
            let unknown = try await refusal { try await control.plan(PlanRequest(ref: "nonsense")) }
            #expect(unknown?.status == 422)
            #expect(unknown?.description == "'nonsense' is not a branch, a tag or a commit of mhausenblas/s4d.")
        }
    }

    @Test("if Marathon does not respond, the plan names it within seconds")
    func unreachableMarathon() async throws {
        try await withObserver { world in
            try await world.deploy(mem: 32)
            world.marathon.inject(Fault(.get, "/v2/apps", effect: .status(503)))
            let started = ContinuousClock.now
            let refused = try await refusal { try await world.control().plan(PlanRequest()) }
            // On a busy machine the last of several attempts may time out.
            #expect(refused?.description.contains(world.marathon.url) == true, "\(String(describing: refused))")
            #expect(.now - started < .seconds(20))
        }
    }

    @Test("a plan does not wait for a deployment in progress")
    func busy() async throws {
        var setup = ObserverSetup()
        setup.simulators.marathon.behaviour = .neverHealthy
        try await withObserver(setup) { world in
            let files: [String: String?] = [
                "dploy.app": Files.descriptor, "specs/helloworld.json": Files.app("helloworld", healthCheck: true),
            ]
            let push = try await world.gitHub.push(files: files)
            try await world.deployment(of: push.after, in: .waiting)
            let plan = try await world.control().plan(PlanRequest())
            #expect(plan.changes.map(\.kind) == [.unchanged])
            // As in the header: it does not run before it has succeeded.
            #expect(plan.running == nil)
        }
    }

    @Test("invalid specs are a plan with problems, each with file, pointer and line")
    func invalid() async throws {
        try await withObserver { world in
            let spec = """
                {
                  "id": "web",
                  "cmd": "x",
                  "container": {
                    "docker": { "image": 5 }
                  }
                }
                """
            let files: [String: String?] = [
                "dploy.app": Files.descriptor, "specs/web.json": spec, "specs/bad.json": "{\n\n nonsense",
            ]
            try await world.gitHub.push(files: files)
            let plan = try await world.control().plan(PlanRequest())
            #expect(!plan.changesAnything && plan.changes.isEmpty && plan.summary == "2 problems")
            #expect(plan.problems.map(\.file) == ["specs/bad.json", "specs/web.json"])
            #expect(plan.problems.map(\.line) == [3, 5])
            #expect(plan.problems[1].pointer == "/container/docker/image")
            #expect(plan.problems[1].message == "expected a string, found a number")
            #expect(world.marathon.requests(.put, "/v2/apps").isEmpty)
        }
    }

    @Test("a token that may only read is enough")
    func readOnly() async throws {
        var setup = ObserverSetup()
        setup.token = "github_pat_readonlyreadonlyreadonlyreadonly"
        setup.waitsForHook = false
        try await withSimulators { simulators in
            simulators.gitHub.addToken(
                .init(value: setup.token, kind: .fineGrained(permissions: ["contents": "read", "metadata": "read"])))
            try await simulators.gitHub.push(files: tree(mem: 32))
            try await withObserver(setup, in: simulators) { world in
                _ = try await world.engine.listening.get()
                #expect(try await world.control().plan(PlanRequest()).changes.map(\.kind) == [.created])
            }
        }
    }

    @Test("secrets of the observer and values of the environment are masked")
    func secrets() async throws {
        try await withObserver { world in
            let token = GitHubSimulator.Token.standard.value
            let spec = Files.app("web", extra: #","env":{"A":"hunter2"},"labels":{"t":"\#(token)"}"#)
            world.marathon.createApp(["id": "/web", "cmd": "x", "env": ["A": "hunter1"], "labels": ["DPLOY": "s4d"]])
            _ = try await world.control().perform(.pause())
            try await world.gitHub.push(files: ["dploy.app": Files.descriptor, "specs/web.json": spec])
            let plan = "\(try await world.control().plan(PlanRequest()))"
            #expect(plan.contains("/env/A") && plan.contains("/labels/t"))
            #expect(!plan.contains("hunter") && !plan.contains(token))
        }
    }

    @Test("a change by hand to an app of an older commit does not change which commit runs, and the plan notes it")
    func changedByHand() async throws {
        try await withObserver { world in
            let db = ["specs/db.json": Files.app("db")]
            try await world.deployment(of: world.gitHub.push(files: tree(mem: 32, more: db)).after, in: .succeeded)
            let second = try await world.deploy(mem: 64)
            let client = JSONClient(http: .shared, base: try ServiceURL(world.marathon.url))
            let response = try await client.send(
                JSONRequest(.put, "/v2/apps/db", query: [("force", "true")], body: Data(#"{"mem":48}"#.utf8)))
            #expect(response.isSuccess)
            let plan = try await world.control().plan(PlanRequest())
            #expect(plan.running?.id == second.commit.description)
            #expect(!plan.changesAnything && plan.changes.map(\.kind) == [.unchanged, .unchanged])
            #expect(
                plan.warnings
                    == ["note /db differs from its spec: /mem is 48, not 32 ('observer deploy -force' restores it)"])
        }
    }

    @Test("what runs is the last success, unless a later deployment without success changed the target")
    func running() throws {
        let (old, new) = (try Sample.commit(1), try Sample.commit(2))
        let success = Date(timeIntervalSince1970: 1000)
        let request = DeploymentRequest(branch: Sample.branch, commit: CommitInfo(old), trigger: .delivery)
        let last = Deployment(
            id: 1, request: request, queuedAt: success, stage: .succeeded, startedAt: success, finishedAt: success)
        let before = RunningCommit(commit: new, changedAt: success.addingTimeInterval(-1))
        let after = RunningCommit(commit: new, changedAt: success.addingTimeInterval(1))
        #expect(RunningCommit.decide(found: before, last: last, history: [], deploying: nil) == old)
        #expect(RunningCommit.decide(found: after, last: last, history: [], deploying: nil) == old)
        #expect(RunningCommit.decide(found: after, last: nil, history: [], deploying: nil) == new)
        for stage in [Deployment.Stage.cancelled, .failed, .superseded, .interrupted] {
            let row = { (id: Int64, start: Date?) in
                Deployment(
                    id: id, request: try Sample.request(2), queuedAt: success, stage: stage, startedAt: start,
                    finishedAt: success, outcome: "x")
            }
            let decide = { (found: RunningCommit, row: Deployment) in
                RunningCommit.decide(found: found, last: last, history: [row, last], deploying: nil)
            }
            #expect(decide(after, try row(2, success)) == new)
            #expect(decide(before, try row(2, success)) == old)
            #expect(decide(after, try row(2, nil)) == old)
            #expect(decide(after, try row(0, success)) == old)
        }
        #expect(RunningCommit.decide(found: nil, last: last, history: [], deploying: nil) == nil)
        let deploying = Deployment(
            id: 2, request: try Sample.request(2), queuedAt: success, stage: .waiting, startedAt: success)
        #expect(RunningCommit.decide(found: after, last: last, history: [], deploying: deploying) == old)
    }

    @Test("a deployment replaces the changes that a cancelled one left, unless it deploys the same commit")
    func leftChanges() throws {
        let now = Date(timeIntervalSince1970: 1000)
        let row = { (id: Int64, commit: Int, stage: Deployment.Stage) in
            Deployment(
                id: id, request: try Sample.request(commit), queuedAt: now, stage: stage, startedAt: now,
                finishedAt: stage.isFinal ? now : nil, outcome: "x")
        }
        let last = try row(1, 1, .succeeded)
        var cancelled = try row(2, 2, .cancelled)
        let found = RunningCommit(commit: try Sample.commit(3), changedAt: now.addingTimeInterval(1))
        let deploying = try row(3, 3, .waiting)
        let decide = { (cancelled: Deployment) in
            RunningCommit.decide(
                found: found, last: last, history: [deploying, cancelled, last], deploying: deploying)
        }
        #expect(decide(cancelled) == last.commit)
        cancelled.leavesChanges = true
        #expect(decide(cancelled) == cancelled.commit)
        var same = try row(2, 3, .cancelled)
        same.leavesChanges = true
        #expect(decide(same) == last.commit)
        let later = [deploying, try row(4, 4, .succeeded), cancelled, last]
        #expect(
            RunningCommit.decide(found: found, last: last, history: later, deploying: deploying) == cancelled.commit)
    }
}
