import ObserverEngine
import Simulators
import Testing

@Suite("Apps that a deployment at Marathon holds")
struct LockTests {
    @Test("a lock is waited for, then the push is deployed")
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
            #expect(journal.contains("locked by Marathon deployment \(lock); waiting for it"))
            #expect(!world.marathon.requests(.put, "/v2/apps").contains { $0.query("force") == "true" })
        }
    }

    @Test("a lock that outlasts the deadline is named, and not broken")
    func deadline() async throws {
        try await withObserver(.timeout(2)) { world in
            world.marathon.createApp(["id": "/helloworld", "cmd": "old"])
            let lock = world.marathon.lock("/helloworld")
            let run = try await world.deploy(Files.helloWorld)
            #expect(run.stage == .failed)
            #expect(run.outcome?.contains("the deployment \(lock) did not end within") == true, "\(run.outcome ?? "")")
            #expect(world.marathon.deployments().map(\.id) == [lock])
        }
    }

    @Test("a lock that our own failed deployment left behind is overridden")
    func ownLock() async throws {
        try await withObserver(.leaving(after: 3)) { world in
            world.marathon.setBehaviour(.neverHealthy, of: "/helloworld")
            let specs = [
                "dploy.app": Files.descriptor, "specs/helloworld.json": Files.app("helloworld", healthCheck: true),
            ]
            let failed = try await world.deploy(specs)
            #expect(failed.stage == .failed)
            #expect(world.marathon.deployments().map(\.id) == failed.marathonDeployments)
            world.marathon.setBehaviour(.healthy(after: .milliseconds(20)), of: "/helloworld")
            let mended = try await world.deploy([
                "specs/helloworld.json": Files.app("helloworld", mem: 64, healthCheck: true)
            ])
            #expect(mended.stage == .succeeded, "\(mended.outcome ?? "")")
            let journal = try await world.journal(of: mended)
            #expect(journal.contains("overriding our own earlier deployment \(failed.marathonDeployments[0])"))
        }
    }
}
