import Foundation
import Simulators
import Testing

@testable import ObserverEngine

@Suite("The apps that should be running")
struct ExpectedAppsTests {
    private static var commands: CommandSettings {
        var commands = CommandSettings(deploy: "true")
        commands.health = "true"
        return commands
    }

    @Test("a fetch for an older success that ends late does not replace the apps and the tree of a newer one")
    func lateFetch() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await withGitHub { gitHub, client in
            let push = try await gitHub.push(files: ["a": "1"], deliver: false)
            let commit = try #require(CommitID(push.after))
            let request = DeploymentRequest(branch: Sample.branch, commit: CommitInfo(commit), trigger: .delivery)
            let older = Deployment(id: 1, request: request, queuedAt: Sample.now, stage: .succeeded)
            let newer = Deployment(id: 2, request: request, queuedAt: Sample.now, stage: .succeeded)
            let target = CommandTarget(
                Self.commands, environment: [:], timeout: .seconds(60), lastSuccess: nil,
                tree: DeployedTree(in: directory), processes: CommandProcesses(in: nil))
            let trees = CommitTrees(
                gitHub: client, branch: Sample.branch, stateDirectory: directory, logger: .silent)
            let expected = ExpectedApps(target: target, trees: trees) { nil }
            let gate = AnswerGate()
            gitHub.inject(Fault(.get, "/repos/*/*/tarball/*", effect: .hold(gate)))
            async let late = expected.inspector(of: older, mayFetch: true)
            try await gate.holding()
            let step = DeploymentProgress.Step(name: "web", done: 1, of: 1)
            let inspector = try #require(CommandInspector(commit: commit, apps: [step], check: nil))
            expected.set(ExpectedApps.Known(deployment: newer.id, inspector: inspector))
            gate.open()
            let found = try await late
            #expect((found as? CommandInspector) === inspector)
            let known = try await expected.inspector(of: newer, mayFetch: false)
            #expect((known as? CommandInspector) === inspector)
            #expect(!FileManager.default.fileExists(atPath: directory + "/deployed-tree"))
        }
    }

    @Test("a success that can't be stored does not change which apps are expected")
    func unstored() async throws {
        let gate = try CommandGate()
        let setup = ObserverSetup {
            $0.flags[.deployCommand] = "echo '::app web 2/2'"
            $0.flags[.afterCommand] = "test ! -e gated || { \(gate.command); }"
            $0.environment = ["PATH": "/usr/bin:/bin"]
        }
        try await withObserver(setup) { world in
            try await world.deploy(["a": "1"])
            let push = try await world.gitHub.push(files: ["gated": ""])
            try await gate.reached()
            let control = try await world.control()
            try await withLockedStore(in: world.configuration.state.directory) {
                try gate.open()
                try await world.log.wait(for: "Deployer error")
                let output = try await control.output(of: "web", lines: 1)
                #expect(output.map(\.problem) == ["A deploy command does not provide app output."])
            }
            try await world.deployment(of: push.after, in: .succeeded)
        }
    }
}
