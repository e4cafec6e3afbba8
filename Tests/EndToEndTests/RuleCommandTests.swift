import Foundation
import Processes
import Simulators
import Subprocess
import Testing

@Suite("Commands that decide when a deployment may start")
struct RuleCommandTests {
    private static let files: @Sendable (Int) -> [String: String?] = { mem in
        ["dploy.app": "app_name: s4d\n", "specs/hello.json": #"{"id":"hello","cmd":"sleep 60","mem":\#(mem)}"#]
    }

    /// Every time is outside this window for some hours.
    private static var laterWindow: String {
        let hour = (Int(Date().timeIntervalSince1970) / 3600 + 4) % 24
        let text = hour < 10 ? "0\(hour)" : "\(hour)"
        return "daily \(text):00-\(text):30 UTC"
    }

    /// The newest recorded action of an operator.
    private func lastAction(_ running: RunningObserver) async throws -> JSON? {
        try await running.json("audit")[0]
    }

    @Test("approve shows the plan, asks, and starts the deployment")
    func approve() async throws {
        try await withRunningObserver(environment: ["DPLOY_OBSERVER_APPROVE": "always"]) { running in
            let push = try await running.simulators.gitHub.push(files: Self.files(32))
            try await running.deployment(of: push) { $0["wait"]?["rule"] == "approval" }
            #expect(running.simulators.marathon.app("/hello") == nil)
            let completed = try await running.run("complete", "unapproved").output
            #expect(completed.count == 1 && completed[0].hasPrefix("1\tqueued \(push.after.prefix(7))"), "\(completed)")
            let unconfirmed = try await running.run("approve", "1")
            #expect(unconfirmed.status == .exited(64), "there is no terminal to confirm on")
            #expect(unconfirmed.log.contains { $0.contains("/hello") }, "\(unconfirmed.log)")
            let exit = try await running.run("approve", "1", "-yes", "-wait")
            #expect(exit.status == .exited(0), "\(exit.log)")
            #expect(exit.output.last?.hasPrefix("Deployment 1 of \(push.after.prefix(7)) succeeded: ") == true)
            let row = try await running.json("deployments")[0]
            let author = try #require(row?["approval"]?["by"]?.string)
            let action = try await lastAction(running)
            #expect(action?["action"] == "approve" && action?["deployment"] == 1)
            #expect(try await running.run("logs", "1").output.contains { $0.contains("approved     by \(author)") })
            let again = try await running.run("approve", "1", "-yes")
            #expect(again.status == .exited(1))
            #expect(try await running.run("complete", "unapproved").output.isEmpty)
            #expect(again.log == ["observer: Deployment 1 is not waiting for approval; it succeeded."])
        }
    }

    @Test("reject ends the deployment with the reason, and nothing is applied")
    func reject() async throws {
        try await withRunningObserver(environment: ["DPLOY_OBSERVER_APPROVE": "always"]) { running in
            let push = try await running.simulators.gitHub.push(files: Self.files(32))
            try await running.deployment(of: push) { $0["wait"]?["rule"] == "approval" }
            let exit = try await running.run("reject", "1", "-reason", "after the migration", "-yes")
            #expect(exit.status == .exited(0), "\(exit.log)")
            let row = try await running.deployment(of: push) { $0["stage"] == "cancelled" }
            let outcome = try #require(row["outcome"]?.string)
            #expect(outcome.hasPrefix("Rejected by ") && outcome.contains(": after the migration."), "\(outcome)")
            #expect(running.simulators.marathon.app("/hello") == nil)
            let action = try await lastAction(running)
            #expect(action?["action"] == "reject" && action?["reason"] == "after the migration")
        }
    }

    @Test("pause -for ends by itself, and what was queued starts then")
    func pause() async throws {
        try await withRunningObserver { running in
            #expect(try await running.run("pause").status == .exited(0))
            let push = try await running.simulators.gitHub.push(files: Self.files(32))
            try await running.deployment(of: push) { $0["wait"]?["rule"] == "pause" }
            let exit = try await running.run(
                "pause", "-for", "\(10 * Slowness.factor)s", "-reason", "database migration")
            #expect(exit.status == .exited(0), "\(exit.log)")
            let waiting = try await running.deployment(of: push) {
                $0["wait"]?["until"] != nil || $0["stage"] != "queued"
            }
            let sentence = try #require(waiting["wait"]?["sentence"]?.string)
            #expect(sentence.hasPrefix("deployments are paused by ") && sentence.hasSuffix(": database migration"))
            let end = try Date(
                #require(waiting["wait"]?["until"]?.string),
                strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
            try await running.simulators.gitHub.waitForStatus("success", of: push.after)
            let put = try #require(running.simulators.marathon.requests(.put, "/v2/apps").first)
            #expect(put.receivedAt >= end)
            #expect(try await running.json("status")["engine"]?["pause"] == nil)
        }
    }

    @Test("rollback -until resume keeps pushes waiting until the operator resumes")
    func hold() async throws {
        try await withRunningObserver { running in
            let good = try await running.deploy(mem: 32)
            try await running.deploy(mem: 64)
            let exit = try await running.run(
                "rollback", "-until", "resume", "-reason", "slow queries", "-yes", "-wait")
            #expect(exit.status == .exited(0), "\(exit.log)")
            let push = try await running.simulators.gitHub.push(files: Self.files(96))
            let waiting = try await running.deployment(of: push) { $0["wait"]?["rule"] == "hold" }
            let sentence = try #require(waiting["wait"]?["sentence"]?.string)
            #expect(sentence.contains("on hold at \(good.after.prefix(7))"), "\(sentence)")
            #expect(sentence.contains("slow queries"), "\(sentence)")
            #expect(running.simulators.marathon.app("/hello")?.definition["mem"] == 32)
            let unconfirmed = try await running.run("resume")
            #expect(unconfirmed.status == .exited(64))
            #expect(unconfirmed.log.contains { $0.contains("End the hold at \(good.after.prefix(7))") })
            #expect(try await running.json("status")["engine"]?["hold"] != nil)
            #expect(try await running.run("resume", "-yes").status == .exited(0))
            try await running.simulators.gitHub.waitForStatus("success", of: push.after)
            #expect(running.simulators.marathon.app("/hello")?.definition["mem"] == 96)
        }
    }

    @Test("deploy -now deploys outside of the window, and requires a reason, which is recorded")
    func override() async throws {
        try await withRunningObserver(environment: ["DPLOY_OBSERVER_WINDOW": Self.laterWindow]) { running in
            let push = try await running.simulators.gitHub.push(files: Self.files(32))
            try await running.deployment(of: push) { $0["wait"]?["rule"] == "window" }
            #expect(try await running.run("deploy", "-now").status == .exited(64))
            let exit = try await running.run("deploy", "-now", "-reason", "outage", "-wait")
            #expect(exit.status == .exited(0), "\(exit.log)")
            let rows = try await running.json("deployments")
            #expect(rows[0]?["override"] == "outage" && rows[0]?["stage"] == "succeeded")
            #expect(rows[0]?["requestedBy"]?.string != nil)
            #expect(rows[1]?["stage"] == "superseded")
            let action = try await lastAction(running)
            #expect(action?["action"] == "deploy" && action?["reason"] == "outage")
        }
    }
}
