import Foundation
import Processes
import Simulators
import Subprocess
import Testing

/// Needs the packages of `make container-deps`; `make test-compose` fails without them.
@Suite(
    "Compose with real containers", .serialized,
    .enabled("needs Podman, see 'make container-deps'") {
        PodmanEngine.obstacle == nil || ProcessInfo.processInfo.environment["REQUIRE_CONTAINERS"] != nil
    })
struct ComposeContainerTests {
    private static let timeout = 40

    @Test(
        "pushes are deployed, changed services are recreated and others are not, and what is unhealthy is rolled back")
    func pushes() async throws {
        try await withEngine { engine, running in
            let first = try await running.push(Self.files(web: "echo web is up"))
            try await running.simulators.gitHub.waitForStatus("success", of: first.after, timeout: .seconds(120))
            let before = try await engine.containers()
            #expect(Set(before.keys) == ["clock", "web"])

            let second = try await running.push(Self.files(web: "echo web is newer"))
            try await running.simulators.gitHub.waitForStatus("success", of: second.after, timeout: .seconds(120))
            let after = try await engine.containers()
            #expect(after["clock"] == before["clock"])
            #expect(after["web"] != before["web"])
            let apps = try await running.json("apps")["apps"]
            #expect(apps?.array?.compactMap { $0["id"]?.string } == ["clock", "web"])
            #expect(apps?[0]?["commit"]?.string == first.after && apps?[1]?["commit"]?.string == second.after)
            #expect(apps?.array?.allSatisfy { $0["healthy"] == $0["wanted"] && $0["drift"] == nil } == true)
            let output = try await running.run("logs", "-app", "web")
            #expect(output.output.contains("web is newer"), "\(output.output) \(output.log)")

            let third = try await running.push(Self.files(web: "echo no database; exit 3"))
            let status = try await running.simulators.gitHub.waitForStatus(
                "failure", of: third.after, timeout: .seconds(120))
            #expect(status.description?.contains("exited with status 3") == true, "\(status.description ?? "")")
            let outcome = try await running.json("deployments", "-limit", "1")[0]?["outcome"]?.string ?? ""
            #expect(outcome.contains("no database"), "\(outcome)")
            #expect(outcome.hasSuffix("Rolled back; the previous version of web is healthy."), "\(outcome)")
            #expect(try await engine.containers()["clock"] == before["clock"])

            // Someone stops a service.
            try await engine.run("podman", "stop", "--time", "0", try #require(after["clock"]))
            let drifted = try await running.json("apps")["apps"]?[0]
            #expect(drifted?["drift"]?["kind"]?.string == "changed", "\(drifted?.text ?? "")")
        }
    }

    private static func files(web: String) -> [String: String?] {
        TinySite.files(start: "\(web)\nexec busybox sleep 1000\n")
    }

    private func withEngine(
        _ body: @escaping @Sendable (PodmanEngine, RunningObserver) async throws -> Void
    ) async throws {
        if let obstacle = PodmanEngine.obstacle { throw PodmanEngine.Failure(description: obstacle) }
        try await PodmanEngine.with { engine in
            var variables = engine.environment
            variables["DPLOY_OBSERVER_TARGET"] = "compose"
            try await withRunningObserver(timeout: Self.timeout, environment: variables) { running in
                try await body(engine, running)
            }
        }
    }
}

extension RunningObserver {
    fileprivate func push(_ files: [String: String?]) async throws -> GitHubSimulator.Push {
        try await simulators.gitHub.push(files: files)
    }
}

extension PodmanEngine {
    /// The ID of the container of each service.
    fileprivate func containers() async throws -> [String: String] {
        let format = #"{{.ID}} {{index .Labels "com.docker.compose.service"}}"#
        let lines = try await run("podman", "ps", "--all", "--no-trunc", "--format", format)
        let pairs = lines.split(separator: "\n").compactMap { line -> (String, String)? in
            let parts = line.split(separator: " ").map(String.init)
            return parts.count == 2 ? (parts[1], parts[0]) : nil
        }
        return Dictionary(pairs) { first, _ in first }
    }
}
