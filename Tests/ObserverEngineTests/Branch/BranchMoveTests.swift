import ObserverEngine
import Simulators
import Testing

/// Answers of GitHub that come late, not at all, or from before a push.
@Suite("A branch that moves while GitHub is asked")
struct BranchMoveTests {
    private static func spec(_ mem: Int) -> [String: String?] {
        ["specs/helloworld.json": Files.app("helloworld", mem: mem)]
    }

    private static let head = "/repos/mhausenblas/s4d/branches/dcos"

    @Test("an answer that is older than a delivery does not bring the previous head back", arguments: [true, false])
    func outdatedAnswer(previousFailed: Bool) async throws {
        try await withObserver(ObserverSetup { $0.flags[.poll] = "1" }) { world in
            let broken: [String: String?] = ["specs/helloworld.json": "{"]
            try await world.deploy(Files.helloWorld)
            let old = try await world.gitHub.push(files: previousFailed ? broken : Self.spec(64))
            _ = try await world.end(of: old.after)
            let gate = AnswerGate()
            world.gitHub.inject(Fault(.get, Self.head, times: 1, effect: .hold(gate)))
            try await gate.holding()
            let new = try await world.gitHub.push(files: Self.spec(96))
            let run = try await world.deployment(of: new.after, in: .succeeded)
            gate.open()
            // The poll after that has compared the old answer, and asked again.
            for _ in 0..<2 { try await world.nextRequest(.get, Self.head) }
            #expect(try await world.deployments().first?.id == run.id)
            #expect(try await world.deployments().count == 3)
            #expect(world.marathon.app("/helloworld")?.labels["DPLOY_COMMIT"] == new.after)
        }
    }

    @Test("the head of a superseded deployment is not queued in front of a newer push")
    func outdatedConfirmation() async throws {
        try await withStore { store in
            let running = try await store.run(1, to: .fetching)
            let newer = try await store.enqueue(try Sample.request(3))
            #expect(try await store.supersede(running, with: try Sample.request(2), outcome: "moved on") == nil)
            #expect(try await store.queued(of: Sample.branch).first?.id == newer.id)
        }
    }

    @Test("two commits that GitHub can't compare are decided by the head", .timeLimit(.minutes(2)))
    func incomparable() async throws {
        try await withObserver { world in
            world.gitHub.inject(Fault(.get, "/repos/mhausenblas/s4d/compare/*", effect: .status(500, body: "{}")))
            let old = try await world.gitHub.push(files: Files.helloWorld, deliver: false)
            let new = try await world.gitHub.push(files: Self.spec(64), deliver: false)
            await world.gitHub.deliver(event: "push", payload: old.payload)
            let run = try await world.deployment(of: new.after, in: .succeeded, timeout: .seconds(60))
            #expect(try await world.deployments().map(\.stage) == [.succeeded, .superseded])
            #expect(run.outcome != nil)
            #expect(world.log.contains("Deciding by the branch head alone."))
        }
    }

    @Test("a watched branch that is deleted is shown as gone until it is pushed again")
    func deleted() async throws {
        try await withObserver(ObserverSetup { $0.flags[.poll] = "1" }) { world in
            try await world.deploy(Files.helloWorld)
            let gone = Fault(.get, Self.head, effect: .status(404, body: #"{"message":"Not Found"}"#))
            world.gitHub.inject(gone)
            try await world.engine { $0.blocked?.hasPrefix("Branch dcos is gone: it was deleted from") == true }
            world.gitHub.clearFaults()
            try await world.engine { $0.blocked == nil }
        }
    }

    @Test("a commit that failed is deployed when the branch is forced back to it", arguments: [true, false])
    func forcedBack(isDelivered: Bool) async throws {
        try await withObserver(ObserverSetup { $0.flags[.poll] = isDelivered ? "0" : "1" }) { world in
            try await world.deploy(Files.helloWorld)
            let failed = try await world.gitHub.push(
                files: ["specs/helloworld.json": "{"], deliver: isDelivered)
            let first = try await world.deployment(of: failed.after, in: .failed)
            let other = try await world.gitHub.push(files: Self.spec(64), deliver: isDelivered)
            try await world.deployment(of: other.after, in: .succeeded)
            _ = try await world.gitHub.move(branch: "dcos", to: failed.after, deliver: isDelivered)
            let again = try await world.deployment(of: failed.after, in: .failed, after: first.id)
            #expect(again.request.trigger == (isDelivered ? .delivery : .poll))
        }
    }

    @Test(
        "status and logs show that a failed head is not retried and what to do, also without polling")
    func stuck() async throws {
        try await withObserver { world in
            try await world.deploy(Files.helloWorld)
            let bad = try await world.gitHub.push(files: ["specs/helloworld.json": "{"])
            let run = try await world.deployment(of: bad.after, in: .failed)
            let sentence =
                "Head \(bad.after.shortCommit) is not deployed: deployment \(run.id) failed, and it is not retried until the "
                + "branch moves. Push a fix, or run 'observer deploy' to try it again."
            try await world.log.wait(for: sentence)
            let control = try await world.control()
            #expect(try await control.engine().blocked == sentence)
            #expect(
                try await control.log(of: run.id).last?.text.contains("Not retried until the branch moves.") == true)
            try await world.gitHub.push(files: Self.spec(64))
            try await world.engine { $0.blocked == nil }
        }
    }
}

extension World {
    /// Waits for a request to GitHub that has not arrived yet.
    fileprivate func nextRequest(_ method: RequestMethod, _ path: String) async throws {
        let answered = gitHub.requests(method, path).count { $0.status != nil }
        try await gitHub.request(method, path, count: answered + 1)
    }
}
