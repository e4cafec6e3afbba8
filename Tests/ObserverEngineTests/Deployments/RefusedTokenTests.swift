import Foundation
import ObserverEngine
import Simulators
import Testing

@Suite("A token that is rejected for some requests only")
struct RefusedTokenTests {
    @Test("is retried with a delay, and the commit is deployed once it is accepted")
    func paused() async throws {
        try await withObserver { world in
            let branch = "/repos/mhausenblas/s4d/branches/dcos"
            world.gitHub.inject(Fault(.get, branch, effect: .status(401)))
            let push = try await world.gitHub.push(files: Files.helloWorld)
            try await world.gitHub.request(.get, branch, count: 2)
            let times = world.gitHub.requests(.get, branch).map(\.receivedAt)
            #expect(times[1].timeIntervalSince(times[0]) >= 0.9)
            world.gitHub.clearFaults()
            let run = try await world.deployment(of: push.after, in: .succeeded)
            #expect(run.request.trigger == .restart)
        }
    }

    @Test("a deployment cancelled while it waits for the token is not started once the token is accepted")
    func cancelled() async throws {
        try await withObserver { world in
            try await world.log.wait(for: "Ping received: GitHub can reach")
            world.gitHub.inject(Fault(effect: .status(401)))
            let control = try await world.control()
            _ = try? await control.perform(.deploy(commit: nil, force: false))
            try await world.log.wait(for: "deployments wait")
            let push = try await world.gitHub.push(files: Files.helloWorld)
            let waiting = try await world.deployment(of: push.after, in: .queued)
            // Enough time for a deployer that starts too early.
            for _ in 1...20 { _ = try await control.deployments() }
            _ = try await control.perform(.cancel(deployment: waiting.id))
            let cancelled = try await world.deployment(of: push.after, in: .cancelled)
            world.gitHub.clearFaults()
            let next = try await world.gitHub.push(files: ["specs/helloworld.json": Files.app("helloworld", mem: 64)])
            try await world.deployment(of: next.after, in: .succeeded)
            #expect(try await world.deployments().last == cancelled)
            #expect(world.applied().count == 1)
        }
    }
}
