import Processes
import Simulators
import Subprocess
import Testing

/// Runs an observer again and again. In each round a push arrives and the observer is ended, both at random moments.
struct KillRounds: Sendable {
    let invariants: Invariants
    let seed: UInt64
    /// The latest moment of a push.
    let pushWithin: Duration
    /// The latest moment of an end.
    let endWithin: Duration
    let end: @Sendable (ObserverProcess) -> Void

    /// - Parameter check: Called after each round, before the next start can recover anything.
    func run(_ check: () async throws -> Void) async throws {
        var random = SeededRandom(seed: seed)
        // The rounds would otherwise exceed the hourly limit.
        invariants.world.simulators.gitHub.setRateLimit(.init(limit: 1_000_000, remaining: 1_000_000))
        for round in 1...FaultRounds.count {
            let (pushAt, endAt) = (random.moment(within: pushWithin), random.moment(within: endWithin))
            let exit = try await invariants.world.observe(invariants.variables) { observer in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        try await Task.sleep(for: pushAt)
                        try await invariants.pushes.push()
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
            try await check()
        }
    }
}
