import Foundation
import ObserverEngine
import Simulators
import Testing

@Suite("Applying a push")
struct ApplyTests {
    @Test("new and changed apps go out in one request, unchanged ones do not")
    func oneRequest() async throws {
        try await withObserver { world in
            try await world.deploy([
                "dploy.app": Files.descriptor, "specs/a.json": Files.app("a"), "specs/b.json": Files.app("b"),
            ])
            let before = try #require(world.marathon.app("/b")).version
            let run = try await world.deploy(["specs/a.json": Files.app("a", mem: 64), "specs/c.json": Files.app("c")])
            #expect(run.stage == .succeeded)
            #expect(run.outcome == "1 created (/c), 1 updated (/a), 1 unchanged")
            #expect(run.changes.map(\.kind) == [.updated, .unchanged, .created])
            #expect(world.applied() == [["/a", "/b"], ["/a", "/c"]])
            let untouched = try #require(world.marathon.app("/b"))
            #expect(untouched.version == before)
            #expect(world.marathon.app("/a")?.labels["DPLOY_COMMIT"] == run.commit.description)
            #expect(untouched.labels["DPLOY_COMMIT"] != run.commit.description)
            #expect(world.marathon.violations() == [])
        }
    }

    @Test("a spec without a number of instances keeps the one of the running app, and a new app has Marathon's default")
    func instances() async throws {
        try await withObserver { world in
            let spec = { (mem: Int) in ["specs/web.json": #"{"id":"web","cmd":"sleep 1000","mem":\#(mem)}"#] }
            try await world.deploy(["dploy.app": Files.descriptor].merging(spec(32)) { $1 })
            #expect(world.marathon.app("/web")?.instances == 1)
            try world.marathon.scale("/web", to: 4)
            try await world.marathon.waitUntilReady("/web")
            let run = try await world.deploy(spec(64))
            #expect(run.stage == .succeeded, "\(run.outcome ?? "")")
            #expect(world.marathon.app("/web")?.instances == 4)
            #expect(world.marathon.app("/web")?.definition["mem"] == 64)
            try await world.deploy(["specs/web.json": Files.app("web", instances: 2)])
            #expect(world.marathon.app("/web")?.instances == 2)
        }
    }

    @Test("a push that changes no spec restarts nothing")
    func noSpecTouched() async throws {
        try await withObserver { world in
            try await world.deploy(Files.helloWorld)
            let version = world.marathon.app("/helloworld")?.version
            let run = try await world.deploy(["README.md": "words"])
            #expect(run.stage == .succeeded)
            #expect(run.outcome == "1 unchanged")
            #expect(world.marathon.app("/helloworld")?.version == version)
            #expect(world.applied().count == 1)
        }
    }

    @Test("a wiped state directory repeats nothing")
    func wipedState() async throws {
        try await withSimulators { simulators in
            let push = try await withObserver(in: simulators) { world in
                let push = try await world.gitHub.push(files: Files.helloWorld)
                try await world.deployment(of: push.after, in: .succeeded)
                return push
            }
            let version = simulators.marathon.app("/helloworld")?.version
            try await withObserver(in: simulators) { world in
                await world.deliver(body: push.payload.text)
                let again = try await world.end(of: push.after)
                #expect(again.outcome == "1 unchanged")
            }
            #expect(simulators.marathon.app("/helloworld")?.version == version)
            #expect(simulators.marathon.requests(.put, "/v2/apps").count == 1)
        }
    }

    @Test("with one bad spec nothing is applied, and the outcome names file and place")
    func badSpec() async throws {
        try await withObserver { world in
            let run = try await world.deploy([
                "dploy.app": Files.descriptor, "specs/a.json": Files.app("a"),
                "specs/b.json": #"{"id":"b","cmd":"x","container":{"docker":{"image":7}}}"#,
            ])
            #expect(run.stage == .failed)
            #expect(
                run.outcome
                    == "specs/b.json: /container/docker/image: expected a string, found a number. Nothing was applied. "
                    + "Fix it and push again.")
            #expect(world.marathonIsUntouched)
            let status = try await world.gitHub.waitForStatus("failure", of: run.commit.description)
            #expect(status.description?.hasPrefix("specs/b.json: /container/docker/image") == true)
        }
    }

    @Test(
        "a descriptor that is missing or wrong is explained",
        arguments: [
            (nil, "The repository has no dploy.app at its top level."),
            ("marathon_url: x", "dploy.app: app_name is missing."),
            ("app_name: [", "dploy.app: is not valid YAML: line 2, column 1: "),
            ("- a", "dploy.app: is not a YAML mapping"), ("app_name: [a]", "dploy.app: app_name: expected a string"),
        ])
    func descriptor(content: String?, expected: String) async throws {
        try await withObserver { world in
            var files: [String: String?] = ["specs/a.json": Files.app("a")]
            if let content { files["dploy.app"] = content }
            let run = try await world.deploy(files)
            #expect(run.stage == .failed)
            #expect(run.outcome?.hasPrefix(expected) == true, "\(run.outcome ?? "")")
            #expect(run.outcome?.contains("Nothing was applied") == true)
            #expect(world.marathonIsUntouched)
        }
    }

    @Test("a rejection is reported in the words of Marathon")
    func refused() async throws {
        try await withObserver { world in
            let body = #"{"message":"Object is not valid","details":[{"path":"/value","errors":["too greedy"]}]}"#
            world.marathon.inject(Fault(.put, "/v2/apps", effect: .status(422, body: body)))
            let run = try await world.deploy(Files.helloWorld)
            #expect(run.stage == .failed)
            #expect(run.outcome?.hasSuffix("Marathon returned 422: Object is not valid; /value: too greedy") == true)
            #expect(world.marathon.requests(.put, "/v2/apps").count == 1)
        }
    }

    @Test("a definition that Marathon rejects is reported with its file and place")
    func refusedSpec() async throws {
        try await withObserver { world in
            try await world.deploy(["dploy.app": Files.descriptor, "specs/a.json": Files.app("a")])
            let body = """
                {"message":"Object is not valid","details":[
                  {"path":"(1)/healthChecks(0)","errors":["no such port"]},{"path":"(0)","errors":["too odd"]}]}
                """
            world.marathon.inject(Fault(.put, "/v2/apps", effect: .status(422, body: body)))
            let run = try await world.deploy([
                "specs/b.json": Files.app("b"), "specs/g.json": #"{"id":"g","apps":[{"id":"c","cmd":"true"}]}"#,
            ])
            #expect(run.stage == .failed)
            #expect(
                run.outcome
                    == "Marathon rejected specs/g.json: /apps/0/healthChecks/0: no such port; "
                    + "specs/b.json: too odd. Nothing was applied. Fix them and push again.")
            #expect(world.marathon.requests(.put, "/v2/apps").count == 2)
        }
    }

    @Test("an app that belongs to another dploy app is taken over with a warning that names both")
    func takenOver() async throws {
        try await withObserver { world in
            world.marathon.createApp(["id": "/helloworld", "cmd": "sleep 1", "labels": ["DPLOY": "other"]])
            let run = try await world.deploy(Files.helloWorld)
            #expect(run.stage == .succeeded)
            let lines = try await world.engine.store.log(of: run.id).filter { $0.verb == "claiming" }
            #expect(lines.map(\.text) == ["/helloworld, previously deployed by the dploy app other"])
            #expect(lines.map(\.level) == [.warning])
            let again = try await world.deploy(["specs/helloworld.json": Files.app("helloworld", mem: 64)])
            #expect(try await !world.journal(of: again).contains { $0.hasPrefix("claiming") })
        }
    }
}
