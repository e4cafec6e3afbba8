import Foundation
import Simulators
import Testing

@testable import ObserverEngine

@Suite("The health of a deploy command's deployment, between deployments")
struct CommandHealthTests {
    /// A setup whose health command succeeds while a file exists next to the tree's own check.
    private func setup(_ health: String) throws -> (marker: String, ObserverSetup) {
        let marker = try temporaryDirectory() + "/up"
        var setup = ObserverSetup {
            $0.flags[.deployCommand] = "touch \"$MARKER\"; echo '::app web 2/2'"
            $0.flags[.healthCommand] = health
        }
        setup.environment = ["PATH": "/usr/bin:/bin", "MARKER": marker]
        return (marker, setup)
    }

    private let script = ["check.sh": "test -e \"$MARKER\" || { echo \"$DPLOY_COMMIT is down\"; exit 7; }"]

    @Test("without a health command the health of reported apps is not known, and nothing is reported to run")
    func unknown() async throws {
        let setup = ObserverSetup { $0.flags[.deployCommand] = "echo '::app web 2/2'" }
        try await withObserver(setup) { world in
            let run = try await world.deploy(["a": "1"])
            let report = try await world.control().apps()
            #expect(report.apps.map(\.id) == ["web"] && report.isSupported)
            #expect(report.apps[0].healthy == nil && report.apps[0].taskCount == "?/2")
            #expect(report.running?.id == run.commit.description)
            #expect(report.readAt == nil && !report.isCurrent && report.health == nil && report.check == nil)
            #expect(try await !world.metrics().text.contains("dploy_observer_drifted_apps"))
        }
    }

    @Test("the health command is repeated in the tree of the deployed commit, also after a restart")
    func repeated() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        var (marker, setup) = try setup("sh ./check.sh")
        setup.stateDirectory = directory
        try await withSimulators { simulators in
            let commit = try await withObserver(setup, in: simulators) { world in
                let run = try await world.deploy(script)
                let report = try await world.control().apps()
                #expect(report.check?.isHealthy == true && report.problem == nil)
                #expect(report.apps.map(\.taskCount) == ["?/2"], "the health command does not report the app")
                return run.commit.description
            }
            try FileManager.default.removeItem(atPath: marker)
            setup.waitsForHook = false
            try await withObserver(setup, in: simulators) { world in
                _ = try await world.engine.listening.get()
                let report = try await world.control().apps()
                #expect(report.check?.isHealthy == false)
                #expect(report.check?.reason == "exited with status 7: \(commit) is down")
            }
        }
    }

    @Test("apps that the health command reports have its numbers")
    func counted() async throws {
        let (_, setup) = try setup("echo '::app web 1/2'; echo '::app db 1/1'")
        try await withObserver(setup) { world in
            try await world.deploy(["a": "1"])
            let report = try await world.control().apps()
            #expect(report.apps.map(\.id) == ["web", "db"])
            #expect(report.apps.map(\.taskCount) == ["1/2", "1/1"])
            let history = try await world.control().history(of: "web")
            #expect(history.withoutCause?.hasSuffix(" deployed this commit.") == true && history.newer.isEmpty)
        }
    }

    @Test("a tree that can't be kept does not fail the deployment, and the report explains it")
    func notKept() async throws {
        let tree = DeployedTree(in: "/nowhere")
        try await tree.replace(with: "/nowhere/else")
        await #expect(throws: DeployedTree.NotKept.self) { try await tree.use { _ in } }
    }

    @Test("however often the apps are read, the command runs at most every ten seconds")
    func limited() async throws {
        let (marker, setup) = try setup("echo x >> \"$MARKER\"")
        try await withObserver(setup) { world in
            try await world.deploy(["a": "1"])
            _ = try await world.control().apps()
            let runs = try String(contentsOfFile: marker, encoding: .utf8).count
            for _ in 0..<5 { _ = try await world.control().apps() }
            #expect(try String(contentsOfFile: marker, encoding: .utf8).count == runs)
        }
    }
}
