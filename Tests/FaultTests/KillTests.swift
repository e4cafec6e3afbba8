import Foundation
import Processes
import Simulators
import Subprocess
import Testing

@Suite("Kills at random times during pushes", .serialized)
struct KillTests {
    @Test("after SIGKILL, no acknowledged push is lost, none is applied twice, and the last one runs")
    func killed() async throws {
        try await rounds(seed: FaultRounds.seed) {
            $0.kill()
        } between: { invariants in
            // Check before the next start can recover anything.
            try await invariants.expectEverythingStored()
        } check: { invariants in
            try await invariants.expectNothingLost()
            invariants.expectNothingAppliedTwice()
        }
    }

    @Test("after SIGTERM, the same holds, and every exit is clean")
    func terminated() async throws {
        try await rounds(seed: FaultRounds.seed &+ 1) {
            $0.terminate()
        } between: { invariants in
            try await invariants.expectEverythingStored()
        } check: { invariants in
            try await invariants.expectNothingLost()
            invariants.expectNothingAppliedTwice()
        }
    }

    @Test("after SIGKILL and a wiped disk, none is applied twice and the last one runs")
    func wiped() async throws {
        try await rounds(seed: FaultRounds.seed &+ 2) {
            $0.kill()
        } between: { invariants in
            // It may have been killed before it created one.
            try? FileManager.default.removeItem(atPath: invariants.state)
        } check: { invariants in
            invariants.expectNothingAppliedTwice()
        }
    }

    private func rounds(
        seed: UInt64, end: @escaping @Sendable (ObserverProcess) -> Void,
        between: @escaping @Sendable (Invariants) async throws -> Void,
        check: @escaping @Sendable (Invariants) async throws -> Void
    ) async throws {
        let port = try await freePort()
        try await withProcessWorld { world in
            var random = SeededRandom(seed: seed)
            // The rounds would otherwise exceed the hourly limit.
            world.simulators.gitHub.setRateLimit(.init(limit: 1_000_000, remaining: 1_000_000))
            let pushes = PushStream(to: world.simulators.gitHub)
            let invariants = Invariants(
                world: world, pushes: pushes,
                variables: ["DPLOY_OBSERVER_LISTEN": "127.0.0.1:\(port)", "DPLOY_OBSERVER_POLL": "1"])
            for round in 1...FaultRounds.count {
                let (pushAt, endAt) = (random.moment(within: .milliseconds(900)), random.moment(within: .seconds(2)))
                let exit = try await world.observe(invariants.variables) { observer in
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        group.addTask {
                            try await Task.sleep(for: pushAt)
                            try await pushes.push()
                        }
                        group.addTask {
                            try await Task.sleep(for: endAt)
                            end(observer)
                        }
                        try await group.waitForAll()
                    }
                }
                // SIGTERM may arrive before the signal handler is installed.
                #expect(
                    [.signaled(9), .exited(0), .signaled(15)].contains(exit.status),
                    "round \(round) exited with \(exit.status):\n\(exit.log.suffix(5).joined(separator: "\n"))")
                try await between(invariants)
            }
            try await invariants.converge()
            try await check(invariants)
            #expect(world.simulators.gitHub.violations() == [])
        }
    }
}
