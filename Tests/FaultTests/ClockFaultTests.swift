import Foundation
import Processes
import Simulators
import Subprocess
import Testing

/// A jump of the observer's clock is simulated by moving the stored rows and GitHub's clock.
@Suite("Clock jumps", .serialized)
struct ClockFaultTests {
    private static let year = 365 * 86_400.0

    @Test("jumps of years, between and during runs, lose nothing and apply nothing twice")
    func jumps() async throws {
        let port = try await freePort()
        try await withProcessWorld { world in
            var random = SeededRandom(seed: FaultRounds.seed &+ 30)
            // Many rounds make more requests than GitHub allows in an hour.
            world.simulators.gitHub.setRateLimit(
                .init(remaining: 1_000_000, reset: Date(timeIntervalSinceNow: 10 * Self.year)))
            let pushes = PushStream(to: world.simulators.gitHub)
            let invariants = Invariants(
                world: world, pushes: pushes,
                variables: [
                    "DPLOY_OBSERVER_LISTEN": "127.0.0.1:\(port)", "DPLOY_OBSERVER_POLL": "1",
                    "DPLOY_OBSERVER_REVIEW": "1",
                ])
            for _ in 1...FaultRounds.count {
                let jumps = (0..<2).map { _ in Double.random(in: -10...10, using: &random) * Self.year }
                let exit = try await world.observe(invariants.variables) { observer in
                    try await observer.log.wait(for: "Ping received: GitHub can reach")
                    try await pushes.push()
                    try await invariants.waitForLastPush()
                    try await world.jump(by: jumps[0], rowsIn: invariants.state)
                    try await pushes.push()
                    try await invariants.waitForLastPush()
                    observer.kill()
                }
                #expect(exit.status == .signaled(9))
                try await world.jump(by: jumps[1], rowsIn: invariants.state)
            }
            try await invariants.converge()
            // If the clock is years ahead, retention keeps only the last twenty deployments.
            try await invariants.expectNothingLost(newest: 20)
            try await invariants.expectNothingAppliedTwice()
        }
    }

    @Test("a rate limit is measured by GitHub's clock, even if it is years ahead")
    func limits() async throws {
        try await withFaults { scene in
            try await scene.observer.log.wait(for: "Ping received: GitHub can reach")
            scene.servers.gitHub.setClock(aheadBy: 10 * Self.year)
            scene.servers.gitHub.setRateLimit(.init(remaining: 0, reset: Date(timeIntervalSinceNow: 2)))
            try await scene.pushes.push()
        }
    }
}

extension ProcessWorld {
    /// Moves all stored times and GitHub's clock.
    fileprivate func jump(by seconds: Double, rowsIn state: String) async throws {
        simulators.gitHub.setClock(aheadBy: seconds)
        let changes = [
            "UPDATE delivery SET received_at = received_at + \(seconds)",
            "UPDATE deployment SET queued_at = queued_at + \(seconds), started_at = started_at + \(seconds), "
                + "finished_at = finished_at + \(seconds) WHERE stage IN ('succeeded', 'failed', 'superseded')",
            "UPDATE log_line SET at = at + \(seconds)",
        ]
        try await SystemCommand.run(
            "sqlite3", "-cmd", ".timeout 5000", state + "/observer.sqlite", changes.joined(separator: ";"))
    }
}
