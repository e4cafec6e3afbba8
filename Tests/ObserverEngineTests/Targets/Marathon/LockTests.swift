import ObserverEngine
import Simulators
import Testing

@Suite("Apps locked by a Marathon deployment")
struct LockTests {
    @Test("the push is deployed once the lock is released")
    func waits() async throws {
        try await withObserver { world in
            world.marathon.createApp(["id": "/helloworld", "cmd": "old"])
            let lock = world.marathon.lock("/helloworld")
            let push = try await world.gitHub.push(files: Files.helloWorld)
            try await world.marathon.request { $0.method == .put && $0.status == 409 }
            world.marathon.unlock(lock)
            let run = try await world.end(of: push.after)
            #expect(run.stage == .succeeded)
            let journal = try await world.journal(of: run)
            #expect(journal.contains("locked by Marathon deployment \(lock); waiting"))
            #expect(!world.marathon.requests(.put, "/v2/apps").contains { $0.query("force") == "true" })
        }
    }

    @Test("a lock that outlasts the deadline is reported, and not overridden")
    func deadline() async throws {
        try await withObserver(.timeout(8)) { world in
            world.marathon.createApp(["id": "/helloworld", "cmd": "old"])
            let lock = world.marathon.lock("/helloworld")
            let run = try await world.deploy(Files.helloWorld)
            #expect(run.stage == .failed)
            let outcome = try #require(run.outcome)
            #expect(outcome.contains("locked by Marathon deployment \(lock) (waited "), "\(outcome)")
            #expect(world.marathon.deployments().map(\.id) == [lock])
        }
    }

    @Test("a newer push takes the place of a deployment that waits for a lock, which has applied nothing")
    func superseded() async throws {
        try await withObserver(.impatient) { world in
            world.marathon.createApp(["id": "/helloworld", "cmd": "old"])
            let lock = world.marathon.lock("/helloworld")
            let older = try await world.gitHub.push(files: Files.helloWorld)
            try await world.marathon.request { $0.method == .put && $0.status == 409 }
            let newer = try await world.gitHub.push(files: ["specs/helloworld.json": Files.app("helloworld", mem: 64)])
            let ended = try await world.deployment(of: older.after, in: .superseded)
            #expect(ended.outcome?.hasSuffix("; nothing was applied") == true)
            #expect(ended.externalIDs.isEmpty)
            world.marathon.unlock(lock)
            try await world.deployment(of: newer.after, in: .succeeded)
            #expect(world.marathon.app("/helloworld")?.definition["mem"] == 64)
            #expect(world.marathon.requests(.put, "/v2/apps").count { $0.status == 200 } == 1)
        }
    }

    @Test("a deployment that is cancelled while it waits for a lock has applied nothing, and leaves nothing")
    func cancelled() async throws {
        try await withObserver { world in
            world.marathon.createApp(["id": "/helloworld", "cmd": "old"])
            world.marathon.lock("/helloworld")
            let push = try await world.gitHub.push(files: Files.helloWorld)
            let waiting = try await world.deployment(of: push.after, in: .applying)
            try await world.log.wait(for: "stage=locked")
            let answer = try await world.control().perform(.cancel(deployment: waiting.id)).result
            #expect(answer == "Deployment \(waiting.id) cancelled. Nothing was applied.")
            let cancelled = try await world.deployment(of: push.after, in: .cancelled)
            #expect(cancelled.outcome?.hasSuffix(". Nothing was applied.") == true, "\(cancelled.outcome ?? "")")
            #expect(!cancelled.leavesChanges)
        }
    }

    @Test("a lock left by a failed deployment of this observer is overridden")
    func ownLock() async throws {
        try await withObserver(.leaving(after: 5)) { world in
            world.marathon.setBehaviour(.neverHealthy, of: "/helloworld")
            let specs = [
                "dploy.app": Files.descriptor, "specs/helloworld.json": Files.app("helloworld", healthCheck: true),
            ]
            let failed = try await world.deploy(specs)
            #expect(failed.stage == .failed)
            #expect(world.marathon.deployments().map(\.id) == failed.externalIDs)
            world.marathon.setBehaviour(.healthy(after: .milliseconds(20)), of: "/helloworld")
            let fixed = try await world.deploy([
                "specs/helloworld.json": Files.app("helloworld", mem: 64, healthCheck: true)
            ])
            #expect(fixed.stage == .succeeded, "\(fixed.outcome ?? "")")
            let journal = try await world.journal(of: fixed)
            let lock = try #require(failed.externalIDs.first)
            #expect(
                journal.contains(
                    "overriding Marathon deployment \(lock), left by an earlier deployment of this observer"))
        }
    }
}
