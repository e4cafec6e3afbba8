import Foundation
import Processes
import Simulators
import Subprocess
import Testing

@Suite("Killed at random moments, under a stream of pushes", .serialized)
struct KillTests {
    @Test("SIGKILL: no acknowledged push is lost, none is applied twice, the last one runs")
    func killed() async throws {
        try await rounds(seed: FaultRounds.seed) {
            $0.kill()
        } between: { promises in
            // Before the next start can make up for anything.
            try await promises.everythingIsStored()
        } check: { promises in
            try await promises.nothingIsLost()
            promises.nothingIsAppliedTwice()
        }
    }

    @Test("SIGTERM: the same, and it always ends in order")
    func terminated() async throws {
        try await rounds(seed: FaultRounds.seed &+ 1) {
            $0.terminate()
        } between: { promises in
            try await promises.everythingIsStored()
        } check: { promises in
            try await promises.nothingIsLost()
            promises.nothingIsAppliedTwice()
        }
    }

    @Test("SIGKILL with the disk wiped each time: the last push runs, none is applied twice")
    func wiped() async throws {
        try await rounds(seed: FaultRounds.seed &+ 2) {
            $0.kill()
        } between: { promises in
            // It may have been killed before it made one.
            try? FileManager.default.removeItem(atPath: promises.state)
        } check: { promises in
            promises.nothingIsAppliedTwice()
        }
    }

    private func rounds(
        seed: UInt64, end: @escaping @Sendable (ObserverProcess) -> Void,
        between: @escaping @Sendable (Promises) async throws -> Void,
        check: @escaping @Sendable (Promises) async throws -> Void
    ) async throws {
        let port = try await freePort()
        try await withProcessWorld { world in
            var random = SeededRandom(seed: seed)
            // Hours of an observer's life in minutes.
            world.simulators.gitHub.setRateLimit(.init(limit: 1_000_000, remaining: 1_000_000))
            let pushes = PushStream(to: world.simulators.gitHub)
            let promises = Promises(
                world: world, pushes: pushes,
                variables: ["DPLOY_OBSERVER_LISTEN": "127.0.0.1:\(port)", "DPLOY_OBSERVER_POLL": "1"])
            for round in 1...FaultRounds.count {
                let (pushAt, endAt) = (random.moment(within: .milliseconds(900)), random.moment(within: .seconds(2)))
                let exit = try await world.observe(promises.variables) { observer in
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
                // Before it traps signals it has begun nothing.
                #expect(
                    [.signaled(9), .exited(0), .signaled(15)].contains(exit.status),
                    "round \(round) ended as \(exit.status):\n\(exit.log.suffix(5).joined(separator: "\n"))")
                try await between(promises)
            }
            try await promises.settle()
            try await check(promises)
            #expect(world.simulators.gitHub.violations() == [])
        }
    }
}
