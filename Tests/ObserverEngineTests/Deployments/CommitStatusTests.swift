import ObserverEngine
import Simulators
import Testing

@Suite("Commit statuses")
struct CommitStatusTests {
    @Test("a deployment is pending, then a success with its outcome")
    func success() async throws {
        try await withObserver { world in
            let run = try await world.deploy(Files.helloWorld)
            try await world.gitHub.waitForStatus("success", of: run.commit.description)
            let statuses = world.gitHub.statuses(of: run.commit.description)
            #expect(statuses.map(\.state) == ["pending", "success"])
            #expect(Set(statuses.map(\.context)) == ["dploy/observer"])
            #expect(statuses.last?.description == "1 created (/helloworld)")
        }
    }

    @Test("a failure has its reason, cut to GitHub's limit")
    func failure() async throws {
        try await withObserver { world in
            let names = (1...30).map { "specs/spec-\($0).json" }
            let specs = Dictionary(uniqueKeysWithValues: names.map { ($0, String?.some("{")) })
            let run = try await world.deploy(specs.merging(["dploy.app": Files.descriptor]) { $1 })
            let status = try await world.gitHub.waitForStatus("failure", of: run.commit.description)
            #expect(status.description?.hasPrefix("specs/spec-1.json: is not valid JSON") == true)
            #expect((status.description?.count ?? 0) <= 140)
            #expect(world.gitHub.violations() == [])
        }
    }

    @Test("a push that waits does not stay pending when a newer one supersedes it or an operator cancels it")
    func unstarted() async throws {
        try await withObserver { world in
            let control = try await world.control()
            _ = try await control.perform(.pause())
            let first = try await world.push(mem: 32)
            try await world.gitHub.waitForStatus("pending", of: first.after)
            let second = try await world.push(mem: 64)
            let waiting = try await world.deployment(of: second.after) { $0.wait != nil }
            let superseded = try await world.gitHub.waitForStatus("error", of: first.after)
            #expect(superseded.description == "superseded by deployment \(waiting.id) (\(waiting.commit.short))")
            // The same commit again: the newer deployment reports its status.
            _ = try await control.perform(.deploy(commit: nil, force: false))
            let again = try await world.deployment(of: second.after) { $0.id > waiting.id && $0.wait != nil }
            _ = try await control.perform(.cancel(deployment: again.id))
            let cancelled = try await world.gitHub.waitForStatus("failure", of: second.after)
            let user = try await world.user()
            #expect(cancelled.description == "Cancelled by \(user). It had not started.")
            #expect(world.gitHub.statuses(of: second.after).allSatisfy { $0.state != "error" })
        }
    }

    @Test("a failure whose reason has characters that GitHub does not accept arrives anyway")
    func emoji() async throws {
        try await withObserver { world in
            let run = try await world.deploy(["dploy.app": Files.descriptor, "specs/🚀.json": "{"])
            let status = try await world.gitHub.waitForStatus("failure", of: run.commit.description)
            #expect(status.description?.hasPrefix("specs/?.json: is not valid JSON") == true)
        }
    }

    @Test("the state arrives even if GitHub accepts no description of it")
    func refusedDescription() async throws {
        try await withObserver { world in
            let isDetailed: @Sendable (SimulatedRequest) -> Bool = {
                $0.method == .post && $0.path.contains("/statuses/")
                    && $0.json["description"]?.string?.hasPrefix("Deployment: ") != true
            }
            world.gitHub.inject(
                Fault(when: isDetailed, effect: .status(422, body: #"{"message":"Validation Failed"}"#)))
            let run = try await world.deploy(Files.helloWorld)
            let status = try await world.gitHub.waitForStatus("success", of: run.commit.description)
            #expect(status.description == "Deployment: success. See the log of the observer.")
        }
    }

    @Test("a description is cut by code points, as GitHub counts")
    func combining() {
        let status = CommitStatus(state: .failure, description: String(repeating: "e\u{301}\u{302}", count: 100))
        #expect(status.description.unicodeScalars.count == 140)
    }

    @Test("none is reported when they are switched off")
    func off() async throws {
        try await withObserver(ObserverSetup { $0.environment["DPLOY_OBSERVER_COMMIT_STATUS"] = "off" }) { world in
            let run = try await world.deploy(Files.helloWorld)
            #expect(run.stage == .succeeded)
            #expect(world.gitHub.requests(.post, "/repos/mhausenblas/s4d/statuses/*").isEmpty)
        }
    }

    @Test("a missing permission is logged once, does not stop deployments, and may be granted at any time")
    func forbidden() async throws {
        try await withObserver { world in
            let body = #"{"message":"Resource not accessible by personal access token"}"#
            world.gitHub.inject(
                Fault(.post, "/repos/mhausenblas/s4d/statuses/*", times: 4, effect: .status(403, body: body)))
            #expect(try await world.deploy(Files.helloWorld).stage == .succeeded)
            let second = try await world.deploy(["specs/helloworld.json": Files.app("helloworld", mem: 64)])
            #expect(second.stage == .succeeded)
            let third = try await world.deploy(["specs/helloworld.json": Files.app("helloworld", mem: 65)])
            try await world.gitHub.waitForStatus("success", of: third.commit.description)
            #expect(world.log.all.filter { $0.contains("Commit statuses are missing until") }.count == 1)
            #expect(world.log.contains("GitHub accepts commit statuses again."))
        }
    }

    @Test("a temporary failure to report does not delay a deployment")
    func slow() async throws {
        try await withObserver { world in
            world.gitHub.inject(Fault(.post, "/repos/mhausenblas/s4d/statuses/*", times: 1, effect: .status(502)))
            let run = try await world.deploy(Files.helloWorld)
            #expect(run.stage == .succeeded)
            try await world.gitHub.waitForStatus("success", of: run.commit.description)
        }
    }
}
