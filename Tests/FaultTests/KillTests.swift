import Foundation
import Processes
import Simulators
import Testing

@Suite("Kills at random times during pushes", .serialized)
struct KillTests {
    @Test("after SIGKILL, no acknowledged push is lost, none is applied twice, and the last one runs")
    func killed() async throws {
        try await rounds(seed: FaultRounds.seed) {
            $0.kill()
        } between: { invariants in
            try await invariants.expectEverythingStored()
        } check: { invariants in
            try await invariants.expectNothingLost()
            try await invariants.expectNothingAppliedTwice()
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
            try await invariants.expectNothingAppliedTwice()
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
            try await invariants.expectNothingAppliedTwice()
        }
    }

    private func rounds(
        seed: UInt64, end: @escaping @Sendable (ObserverProcess) -> Void,
        between: @escaping @Sendable (Invariants) async throws -> Void,
        check: @escaping @Sendable (Invariants) async throws -> Void
    ) async throws {
        let port = try await freePort()
        try await withProcessWorld { world in
            let invariants = Invariants(
                world: world, pushes: PushStream(to: world.simulators.gitHub),
                variables: ["DPLOY_OBSERVER_LISTEN": "127.0.0.1:\(port)", "DPLOY_OBSERVER_POLL": "1"])
            let rounds = KillRounds(
                invariants: invariants, seed: seed, pushWithin: .milliseconds(900), endWithin: .seconds(2), end: end)
            try await rounds.run { try await between(invariants) }
            try await invariants.converge()
            try await check(invariants)
            #expect(world.simulators.gitHub.violations() == [])
        }
    }
}
