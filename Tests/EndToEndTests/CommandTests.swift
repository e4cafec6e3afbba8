import Foundation
import Processes
import Simulators
import Subprocess
import Testing

@Suite("Commands against a running observer")
struct CommandTests {
    @Test("attach without a terminal is refused, with status 64 and commands that need none")
    func attachWithoutTerminal() async throws {
        try await withRunningObserver { running in
            let exit = try await running.run("attach", environment: ["TERM": "xterm"])
            #expect(exit.status == .exited(64))
            #expect(exit.output.isEmpty)
            #expect(
                exit.log.last
                    == "observer: The dashboard needs a terminal for input and output. "
                    + "Use 'observer status' or 'observer logs -f' instead.")
        }
    }

    @Test("reading: status, deliveries, delivery, deployments, logs")
    func reading() async throws {
        try await withRunningObserver { running in
            let push = try await running.deploy(mem: 32)
            let status = try await running.json("status")
            #expect(status["hook"]?["registration"] == "registered")
            #expect(status["lastDeployment"]?["stage"] == "succeeded")
            let delivery = try #require(try await running.json("deliveries", "-verdict", "accepted")[0])
            #expect(delivery["commit"] == .string(push.after))
            let detail = try await running.json("delivery", "\(delivery["id"]?.integer ?? 0)")
            #expect(detail["summary"] == delivery)
            #expect(try await running.json("deployments", "-limit", "1")[0]?["commit"] == .string(push.after))
            let table = try await running.run("deployments")
            #expect(table.output.count == 2 && table.output[0].hasPrefix("ID  QUEUED"))
            #expect(!table.output.contains { $0.contains("\u{1B}") })
            let logs = try await running.run("logs", "1")
            #expect(logs.output.contains { $0.contains("fetched") })
            let followed = try await running.run("logs", "1", "-f", "-json")
            #expect(followed.status == .exited(0) && followed.output.count == logs.output.count)
            let own = try await running.run("logs")
            #expect(own.output.contains { $0.contains("Ping received: GitHub can reach") })
        }
    }

    @Test("deploying: deploy, rollback, replay, pause, resume, cancel")
    func deploying() async throws {
        try await withRunningObserver { running in
            try await running.deploy(mem: 32)
            try await running.deploy(mem: 64)
            #expect(try await running.json("pause")["result"]?.string?.hasPrefix("Paused") == true)
            #expect(try await running.json("deploy", "-force")["result"]?.string?.hasPrefix("Deployment 3") == true)
            #expect(try await running.run("cancel", "3", "-yes").status == .exited(0))
            #expect(try await running.run("cancel", "3", "-yes").status == .exited(1))
            #expect(try await running.json("resume")["result"]?.string?.hasPrefix("Pause ended") == true)
            let refused = try await running.run("rollback")
            #expect(refused.status == .exited(64), "there is no terminal to confirm on")
            #expect(refused.log.first?.contains("Roll back from") == true)
            #expect(try await running.run("rollback", "-yes").status == .exited(0))
            _ = try await running.run("logs", "4", "-f")
            #expect(try await running.json("status")["lastDeployment"]?["trigger"] == "rollback")
            #expect(try await running.run("replay", "4711").status == .exited(1))
        }
    }

    @Test("the webhook: ping, reset, register, doctor")
    func hook() async throws {
        try await withRunningObserver { running in
            #expect(
                try await running.json("ping")["result"]?.string?.contains("Ping received: GitHub can reach") == true)
            let healthy = try await running.run("doctor")
            #expect(healthy.status == .exited(0), "\(healthy.output)")
            #expect(try await running.run("reset").status == .exited(64))
            #expect(running.simulators.gitHub.hooks().count == 1)
            #expect(try await running.run("reset", "-yes").status == .exited(0))
            #expect(running.simulators.gitHub.hooks().isEmpty)
            #expect(try await running.run("reset", "-yes").status == .exited(1))
            let report = try await running.json("doctor")
            let webhook = report.array?.first { $0["check"] == "webhook" }
            #expect(webhook?["verdict"] == "warning")
            #expect(webhook?["remedy"]?.string?.hasPrefix("Run: observer register") == true)
            #expect(try await running.run("register").status == .exited(0))
            #expect(running.simulators.gitHub.hooks().count == 1)
        }
    }

    @Test("TCP requires the admin token")
    func overTCP() async throws {
        try await withRunningObserver { running in
            #expect(try await running.json("status", "-url", running.url)["engine"]?["repository"] == "s4d")
            let refused = try await running.run(
                "status", "-url", running.url, environment: ["DPLOY_OBSERVER_ADMIN_TOKEN": "wrong"])
            #expect(refused.status == .exited(77))
        }
    }

    @Test("without a running observer, commands have status 69 and the doctor reports it")
    func noObserver() async throws {
        try await withTemporaryDirectory { directory in
            for arguments in [["status"], ["logs", "-f"], ["pause"], ["deliveries", "-json"]] {
                let exit = try await withObserverProcess(
                    arguments: arguments + ["-state", directory], environment: [:], directory: directory
                ) { _ in }
                #expect(exit.status == .exited(69) && exit.output.isEmpty, "\(arguments): \(exit.log)")
            }
            let doctor = try await withObserverProcess(
                arguments: ["doctor"], environment: [:], directory: directory
            ) { _ in }
            #expect(doctor.status == .exited(1))
            #expect(doctor.output.contains { $0.hasPrefix("fail  settings") })
        }
    }
}
