import Processes
import Simulators
import Subprocess
import Testing

@Suite("Servers that misbehave, under a stream of pushes", .serialized)
struct ServerFaultTests {
    @Test("GitHub: no acknowledged push is lost, none is applied twice, the last one runs, and it never dies")
    func gitHub() async throws {
        try await disturb(with: Disturbance.ofGitHub, seed: FaultRounds.seed &+ 10)
    }

    @Test("Marathon: the same")
    func marathon() async throws {
        try await disturb(with: Disturbance.ofMarathon, seed: FaultRounds.seed &+ 11)
    }

    @Test("both at a time: the same")
    func both() async throws {
        try await disturb(with: Disturbance.ofGitHub + Disturbance.ofMarathon, seed: FaultRounds.seed &+ 12)
    }

    private func disturb(with disturbances: [Disturbance], seed: UInt64) async throws {
        let port = try await freePort()
        try await withProcessWorld { world in
            // Hours of an observer's life in minutes.
            world.simulators.gitHub.setRateLimit(.init(limit: 1_000_000, remaining: 1_000_000))
            let pushes = PushStream(to: world.simulators.gitHub)
            let promises = Promises(
                world: world, pushes: pushes,
                variables: [
                    "DPLOY_OBSERVER_LISTEN": "127.0.0.1:\(port)", "DPLOY_OBSERVER_POLL": "1",
                    "DPLOY_OBSERVER_REVIEW": "2", "DPLOY_OBSERVER_DEPLOY_TIMEOUT": "\(20 * Slowness.factor)",
                ])
            let exit = try await world.observe(promises.variables) { observer in
                try await observer.log.wait(for: "GitHub reaches us")
                var random = SeededRandom(seed: seed)
                for _ in 1...FaultRounds.count {
                    for _ in 0..<Int.random(in: 1...3, using: &random) {
                        let disturbance = disturbances[Int.random(in: disturbances.indices, using: &random)]
                        try await disturbance.happen(world.simulators, pushes)
                    }
                    try await pushes.push()
                    try await Task.sleep(for: random.moment(within: .milliseconds(600)))
                }
                world.simulators.gitHub.clearFaults()
                world.simulators.gitHub.codeload.clearFaults()
                world.simulators.marathon.clearFaults()
                world.simulators.marathon.stallEvents(false)
                // One that nothing disturbs: whatever became of those before, this one has to run.
                try await pushes.push()
                try await promises.lastPushRuns()
                observer.terminate()
            }
            #expect(exit.status == .exited(0), "\(exit.log.suffix(20).joined(separator: "\n"))")
            try await promises.nothingIsLost()
            promises.nothingIsAppliedTwice()
        }
    }
}
