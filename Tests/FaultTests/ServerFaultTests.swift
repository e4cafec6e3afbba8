import Processes
import Simulators
import Subprocess
import Testing

@Suite("Random server failures during pushes", .serialized)
struct ServerFaultTests {
    @Test("GitHub failures: no acknowledged push is lost, none is applied twice, the last one runs, no crash")
    func gitHub() async throws {
        try await pushDuring(Incident.gitHub, seed: FaultRounds.seed &+ 10)
    }

    @Test("Marathon failures: the same guarantees hold")
    func marathon() async throws {
        try await pushDuring(Incident.marathon, seed: FaultRounds.seed &+ 11)
    }

    @Test("failures of both: the same guarantees hold")
    func both() async throws {
        try await pushDuring(Incident.gitHub + Incident.marathon, seed: FaultRounds.seed &+ 12)
    }

    private func pushDuring(_ incidents: [Incident], seed: UInt64) async throws {
        let port = try await freePort()
        try await withProcessWorld { world in
            // The rounds would otherwise exceed the hourly limit.
            world.simulators.gitHub.setRateLimit(.init(limit: 1_000_000, remaining: 1_000_000))
            let pushes = PushStream(to: world.simulators.gitHub)
            let invariants = Invariants(
                world: world, pushes: pushes,
                variables: [
                    "DPLOY_OBSERVER_LISTEN": "127.0.0.1:\(port)", "DPLOY_OBSERVER_POLL": "1",
                    "DPLOY_OBSERVER_REVIEW": "2", "DPLOY_OBSERVER_DEPLOY_TIMEOUT": "\(20 * Slowness.factor)",
                ])
            let exit = try await world.observe(invariants.variables) { observer in
                try await observer.log.wait(for: "Ping received: GitHub can reach")
                var random = SeededRandom(seed: seed)
                for _ in 1...FaultRounds.count {
                    for _ in 0..<Int.random(in: 1...3, using: &random) {
                        let incident = incidents[Int.random(in: incidents.indices, using: &random)]
                        try await incident.trigger(world.simulators, pushes)
                    }
                    try await pushes.push()
                    try await Task.sleep(for: random.moment(within: .milliseconds(600)))
                }
                world.simulators.gitHub.clearFaults()
                world.simulators.gitHub.codeload.clearFaults()
                world.simulators.marathon.clearFaults()
                world.simulators.marathon.stallEvents(false)
                // A push without faults: this one must run whatever happened to the others.
                try await pushes.push()
                try await invariants.waitForLastPush()
                observer.terminate()
            }
            #expect(exit.status == .exited(0), "\(exit.log.suffix(20).joined(separator: "\n"))")
            try await invariants.expectNothingLost()
            try await invariants.expectNothingAppliedTwice()
        }
    }
}
