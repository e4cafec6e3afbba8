import Foundation
import Processes
import Simulators
import Subprocess
import Testing

@Suite("Tokens and the record of actions, by command")
struct TokenCommandTests {
    @Test("a created token is printed once, works at once, and what its owner does is listed")
    func roundTrip() async throws {
        try await withTemporaryDirectory { tokens in
            let path = tokens + "/tokens"
            try Data().write(to: URL(filePath: path))
            try await withRunningObserver(environment: ["DPLOY_OBSERVER_TOKENS": path]) { running in
                let created = try await running.run("token", "create", "grafana", "-role", "read")
                #expect(created.status == .exited(0))
                #expect(created.log == ["Added grafana (read) to \(path).", "The token is shown only once:"])
                let token = try #require(created.output.first)
                #expect(created.output.count == 1 && token.hasPrefix("dploy_"))
                let own = ["DPLOY_OBSERVER_TOKEN": token]
                let status = try await running.run("status", "-url", running.url, environment: own)
                #expect(status.status == .exited(0))
                let denied = try await running.run("pause", "-url", running.url, environment: own)
                #expect(denied.status == .exited(77))
                #expect(
                    denied.log.last
                        == "observer: Only the roles operate and admin may pause deployments; grafana has the role read."
                )
                let audit = try await running.json("audit")
                #expect(audit.array?.count == 1)
                #expect(audit[0]?["by"]?["name"] == "grafana" && audit[0]?["by"]?["origin"] == "127.0.0.1")
                #expect(audit[0]?["action"] == "pause" && audit[0]?["result"] == "denied")
                let table = try await running.run("audit")
                #expect(table.output.last?.contains("grafana  127.0.0.1  pause   denied") == true, "\(table.output)")
                let twice = try await running.run("token", "create", "grafana")
                #expect(twice.status == .exited(64))
                #expect(twice.log.last?.contains("has a token named grafana already") == true)
            }
        }
    }

    @Test("a command that follows the observer reports that its token was revoked")
    func revoked() async throws {
        try await withTemporaryDirectory { tokens in
            let path = tokens + "/tokens"
            try Data().write(to: URL(filePath: path))
            try await withRunningObserver(environment: ["DPLOY_OBSERVER_TOKENS": path]) { running in
                let token = try #require(try await running.run("token", "create", "grafana").output.first)
                let exit = try await withObserverProcess(
                    arguments: ["status", "-watch", "-url", running.url],
                    environment: running.environment.merging(["DPLOY_OBSERVER_TOKEN": token]) { $1 },
                    directory: running.directory
                ) { watch in
                    try await watch.output.wait(for: "  webhook: registered")
                    try Data().write(to: URL(filePath: path))
                }
                #expect(exit.status == .exited(77), "\(exit.log)")
                #expect(exit.log.last?.contains("rejected") == true, "\(exit.log)")
            }
        }
    }

    @Test("without a file, the line for it is printed")
    func withoutFile() async throws {
        try await withTemporaryDirectory { directory in
            let exit = try await withObserverProcess(
                arguments: ["token", "create", "ci", "-role", "operate", "-json"], environment: [:],
                directory: directory
            ) { _ in }
            #expect(exit.status == .exited(0) && exit.log.isEmpty)
            let created = try JSON(parsing: Array(exit.output.joined().utf8))
            #expect(created["line"]?.string?.hasPrefix("ci operate sha256:") == true)
            #expect(created["token"]?.string?.hasPrefix("dploy_") == true)
            #expect(created["file"] == nil)
        }
    }
}
