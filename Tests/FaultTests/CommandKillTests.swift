import Foundation
import Processes
import Simulators
import Testing

@Suite("Kills during deployments with a command", .serialized)
struct CommandKillTests {
    @Test("after SIGKILL, the deploy command that still runs has ended before the next one starts")
    func killed() async throws {
        try await withProcessWorld { world in
            let record = world.directory + "/record"
            let variables = [
                "DPLOY_OBSERVER_POLL": "1",
                "DPLOY_OBSERVER_DEPLOY_COMMAND": "echo begin >>'\(record)'; sleep 3; echo end >>'\(record)'",
            ]
            let lines = { @Sendable in
                ((try? String(contentsOfFile: record, encoding: .utf8)) ?? "").split(separator: "\n").map(String.init)
            }
            let push = try await world.simulators.gitHub.push(files: ["a": "1"])
            _ = try await world.observe(variables) { observer in
                let deadline = ContinuousClock.now + .testTimeout
                while lines().isEmpty, .now < deadline { try await Task.sleep(for: .milliseconds(10)) }
                observer.kill()
            }
            #expect(lines() == ["begin"])
            _ = try await world.observe(variables) { observer in
                try await world.simulators.gitHub.waitForStatus("success", of: push.after)
                observer.terminate()
            }
            #expect(lines() == ["begin", "end", "begin", "end"])
        }
    }
}
