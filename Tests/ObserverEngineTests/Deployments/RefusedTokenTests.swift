import Foundation
import ObserverEngine
import Simulators
import Testing

@Suite("A token that is refused for one thing and taken for another")
struct RefusedTokenTests {
    @Test("is not tried all the time, and the commit runs once it is taken")
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
}
