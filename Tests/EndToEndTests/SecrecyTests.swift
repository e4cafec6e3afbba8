import Foundation
import Processes
import Simulators
import Subprocess
import Testing

@Suite("Secrets in output, responses and files")
struct SecrecyTests {
    private static let marathonToken = "eyJ-a-token-of-dcos"
    private static let secrets: [String: String] = [
        "DPLOY_OBSERVER_GITHUB_PAT": GitHubSimulator.Token.standard.value,
        "DPLOY_OBSERVER_WEBHOOK_SECRET": "a secret for webhooks",
        "DPLOY_OBSERVER_ADMIN_TOKEN": "an admin token for tests",
        "DPLOY_MARATHON_TOKEN": marathonToken, "DPLOY_OBSERVER_NOTIFY": "http://127.0.0.1:9/chat/hook?key=1",
    ]

    enum Target: String, CaseIterable, Sendable {
        case marathon
        case command = "env; sh -c env; sleep 1; false"
    }

    @Test(
        "none appears at log level debug, with valid and forged deliveries, a failed deployment, commands, and a crash",
        arguments: Target.allCases)
    func everything(target: Target) async throws {
        var options = SimulatorOptions()
        options.marathon.authentication = .dcosToken(Self.marathonToken)
        let port = try await freePort()
        try await withProcessWorld(options) { world in
            var changes: [String: String?] = Self.secrets.mapValues { $0 }
            changes["DPLOY_OBSERVER_LISTEN"] = "127.0.0.1:\(port)"
            changes["DPLOY_OBSERVER_POLL"] = "1"
            // The image has no backtracer either.
            changes["SWIFT_BACKTRACE"] = "enable=no"
            if target == .command { changes["DPLOY_OBSERVER_DEPLOY_COMMAND"] = target.rawValue }
            let environment = world.environment.merging(changes.compactMapValues { $0 }) { $1 }
            let exit = try await world.observe(changes) { observer in
                try await observer.log.wait(for: "Ping received: GitHub can reach")
                try await pushes(to: world, target)
                try await expectNone(in: world.directory)
                for command in [
                    ["status"], ["deliveries"], ["delivery", "1"], ["deployments"], ["logs"], ["doctor"],
                    ["status", "-json"], ["deliveries", "-json"], ["delivery", "1", "-json"], ["deployments", "-json"],
                    ["logs", "-json"], ["deploy"], ["reset", "-yes"], ["register"],
                ] {
                    let run = try await withObserverProcess(
                        arguments: command, environment: environment, directory: world.directory
                    ) { _ in }
                    expectNone(in: run.output + run.log, "observer \(command.joined(separator: " "))")
                    #expect(!(run.output + run.log).isEmpty)
                }
                #expect(try limit("Max core file size", of: observer.pid) == ["0", "0"])
                kill(observer.pid, SIGSEGV)
            }
            #expect(exit.status == .signaled(SIGSEGV))
            #expect(exit.log.contains { $0.contains("level=debug") })
            expectNone(in: exit.output, "standard output")
            expectNone(in: exit.log, "standard error")
            try await expectNone(in: world.directory)
        }
    }

    private func pushes(to world: ProcessWorld, _ target: Target) async throws {
        let gitHub = world.simulators.gitHub
        let leak = Self.secrets.values.joined(separator: " ")
        try await gitHub.push(files: .helloWorld, message: "Leak \(leak)")
        await gitHub.deliver(event: "push", body: Array(leak.utf8), secret: "guessed")
        await gitHub.deliver(event: "push", body: Array("{}".utf8), headers: ["Authorization": "Bearer \(leak)"])
        if target == .marathon { try await gitHub.waitForStatus("success", of: gitHub.head() ?? "") }
        let bad = try await gitHub.push(files: ["specs/bad.json": #"{"id":"\#(leak)"}"#])
        try await gitHub.waitForStatus("failure", of: bad.after)
    }

    /// The soft and the hard limit.
    private func limit(_ name: String, of pid: pid_t) throws -> [String] {
        let limits = try String(contentsOfFile: "/proc/\(pid)/limits", encoding: .utf8)
        let line = try #require(limits.split(separator: "\n").first { $0.hasPrefix(name) })
        return line.dropFirst(name.count).split(separator: " ").prefix(2).map(String.init)
    }

    /// Checks every file below the directory, including the database and the workspaces.
    private func expectNone(in directory: String) async throws {
        let paths = try FileManager.default.subpathsOfDirectory(atPath: directory)
        #expect(paths.contains("state/observer.sqlite"))
        for path in paths {
            // A pushed tree may contain anything.
            guard !path.contains("/source"), let bytes = FileManager.default.contents(atPath: "\(directory)/\(path)")
            else { continue }
            for (name, secret) in Self.secrets {
                #expect(bytes.range(of: Data(secret.utf8)) == nil, "\(path) has \(name)")
            }
        }
    }

    private func expectNone(in lines: [String], _ place: String) {
        for line in lines {
            for (name, secret) in Self.secrets {
                #expect(!line.contains(secret), "\(place) shows \(name)")
            }
        }
    }
}
