import Foundation
import Processes
import Simulators
import Subprocess
import Testing

@Suite("Deliveries in disorder", .serialized)
struct DisorderFaultTests {
    private static let hooks = "/repos/mhausenblas/s4d/hooks"

    @Test(
        "pings and pushes that arrive late, in another order, twice or never: the last push runs, none is applied twice"
    )
    func disorder() async throws {
        try await withFaults { world in
            world.simulators.gitHub.setRateLimit(.init(limit: 1_000_000, remaining: 1_000_000))
            world.simulators.gitHub.setDisorder(
                DeliveryDisorder(seed: FaultRounds.seed &+ 40, lostOneIn: 3, repeatedOneIn: 3))
        } _: { scene in
            try await scene.observer.output.wait(for: "Webhook registered")
            var random = SeededRandom(seed: FaultRounds.seed &+ 41)
            for _ in 1...FaultRounds.count {
                try await scene.pushes.push()
                try await Task.sleep(for: random.moment(within: .seconds(1)))
            }
            try await scene.invariants.waitForLastPush()
            // Deliveries of earlier pushes are up to 3 s late, and the row that the last one queues has to end, too.
            try await Task.sleep(for: .seconds(5))
            #expect(!scene.observer.log.all.contains { $0.contains("different secret") })
            #expect(scene.servers.gitHub.requests(.patch, Self.hooks + "/*").isEmpty)
        }
    }

    @Test("forged deliveries while pings from GitHub are late: no request to GitHub, no repair, few lines in the log")
    func forged() async throws {
        let exit = try await withFaults(["DPLOY_OBSERVER_POLL": "0", "DPLOY_OBSERVER_REVIEW": "0"]) { world in
            world.simulators.gitHub.setDisorder(DeliveryDisorder(seed: FaultRounds.seed &+ 42))
        } _: { scene in
            let gitHub = scene.servers.gitHub
            let hook = try await gitHub.waitForHook()
            await withTaskGroup(of: Void.self) { group in
                for client in 0..<4 {
                    group.addTask {
                        for number in 0..<(100 * FaultRounds.count) {
                            let event = number.isMultiple(of: 2) ? "ping" : "push"
                            let headers: HeaderFields = ["X-GitHub-Hook-ID": "\(hook.id)"]
                            let outcome = await gitHub.deliver(
                                event: event, body: Array("{}".utf8), secret: client == 0 ? nil : "guessed",
                                headers: headers)
                            #expect(outcome.answer?.status == 401)
                        }
                    }
                }
            }
            try await scene.observer.log.wait(for: "Ping received: GitHub can reach")
            gitHub.setDisorder(nil)
            try await scene.pushes.push()
            #expect(gitHub.requests(.patch, Self.hooks + "/*").isEmpty)
            #expect(gitHub.requests(.post, Self.hooks + "/*").count == 1)
        }
        // Of each kind one in a minute, and a sum.
        let lines = exit.log.count { $0.contains("ejected a delivery") || $0.contains("more rejected") }
        #expect(lines <= 3 * (1 + Int(exit.took / .seconds(60))))
    }
}

@Suite("Event streams that break")
struct EventStreamFaultTests {
    @Test("a client notices within seconds that the observer no longer responds, and reports it in a sentence")
    func stopped() async throws {
        try await withFaults { scene in
            try await scene.observer.log.wait(for: "Ping received: GitHub can reach")
            let state = scene.invariants.state
            let silence = Silence()
            let exit = try await withObserverProcess(
                arguments: ["logs", "-f", "-state", state], environment: ["PATH": "/usr/bin:/bin"],
                directory: scene.world.directory
            ) { reader in
                try await reader.output.wait(for: "Ping received: GitHub can reach")
                Foundation.kill(scene.observer.pid, SIGSTOP)
                silence.start()
                try await reader.log.wait(for: "Lost the connection to the observer")
            }
            Foundation.kill(scene.observer.pid, SIGCONT)
            #expect(exit.status == .exited(69))
            #expect(silence.elapsed < .seconds(25))
            try await scene.pushes.push()
        }
    }

    /// Measures how long a client receives nothing.
    private final class Silence: Sendable {
        private let since = Awaitable<ContinuousClock.Instant?>(nil)

        var elapsed: Duration { since.value.map { .now - $0 } ?? .zero }

        func start() { since.change { $0 = .now } }
    }
}
