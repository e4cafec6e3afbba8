import Foundation
import Simulators
import Subprocess
import SystemPackage

/// The observer as a child process, configured only by environment variables.
struct ObserverProcess {
    private let executable: String
    private let environment: [Environment.Key: String]
    private let directory: URL
    private let showsDashboard: Bool

    /// - Parameter more: Variables of the target.
    init(_ options: DemoOptions, in simulators: Simulators, with more: [String: String]) async throws {
        showsDashboard = options.showsDashboard
        executable = URL(filePath: options.observer).path(percentEncoded: false)
        directory = FileManager.default.temporaryDirectory.appending(path: "observer-demo-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let port = try await freePort()
        simulators.gitHub.mapAddress(DemoWorld.publicAddress, to: "127.0.0.1:\(port)")
        let variables = ProcessInfo.processInfo.environment
        let terminal = ["TERM", "LANG", "LC_ALL", "LC_CTYPE", "NO_COLOR", "COLORTERM", "COLORFGBG"]
        let display = showsDashboard ? variables.filter { terminal.contains($0.key) } : ["TERM": "dumb"]
        // With an admin token, the control API can be tried over TCP too.
        let access = variables.filter { $0.key == "DPLOY_OBSERVER_ADMIN_TOKEN" }
        let world = [
            "PATH": variables["PATH"] ?? "/usr/bin:/bin",
            "DPLOY_PUBLIC_NODE": DemoWorld.publicNode,
            "DPLOY_MARATHON_URL": simulators.marathon.url,
            "DPLOY_OBSERVER_GITHUB_API": simulators.gitHub.url,
            "DPLOY_OBSERVER_GITHUB_OWNER": simulators.gitHub.options.owner,
            "DPLOY_OBSERVER_GITHUB_REPO": simulators.gitHub.options.repository,
            "DPLOY_OBSERVER_GITHUB_PAT": GitHubSimulator.Token.standard.value,
            "DPLOY_OBSERVER_MESOS_DNS": simulators.mesosDNS.url,
            "DPLOY_OBSERVER_LISTEN": "127.0.0.1:\(port)",
            "DPLOY_OBSERVER_DEPLOY_TIMEOUT":
                "\(options.target == .marathon ? DemoWorld.deployTimeout : DemoWorld.containerTimeout)",
            "DPLOY_OBSERVER_STATE": options.state ?? directory.appending(path: "state").path(percentEncoded: false),
        ].merging(display) { $1 }.merging(access) { $1 }.merging(more) { $1 }
        environment = Dictionary(uniqueKeysWithValues: world.map { (.init(stringLiteral: $0.key), $0.value) })
    }

    /// Runs the observer until it exits or the task is cancelled, which sends SIGINT. Without a dashboard, an exit is an error.
    func run() async throws {
        if showsDashboard { try await runOnTerminal() } else { try await runWithNarration() }
    }

    private func runOnTerminal() async throws {
        var platform = PlatformOptions()
        // Lets it restore the terminal.
        platform.teardownSequence = [.send(signal: .terminate, allowedDurationToNextStep: .seconds(5))]
        let result = try await Subprocess.run(
            .path(FilePath(executable)),
            environment: .custom(environment),
            workingDirectory: FilePath(directory.path(percentEncoded: false)),
            platformOptions: platform,
            input: .currentStandardInput,
            output: .currentStandardOutput,
            error: .currentStandardError
        )
        guard result.terminationStatus.isSuccess || Task.isCancelled else {
            throw UnexpectedExit(status: "\(result.terminationStatus)")
        }
    }

    private func runWithNarration() async throws {
        var platform = PlatformOptions()
        // In its own session, it does not receive the terminal's Ctrl-C a second time.
        platform.createSession = true
        platform.teardownSequence = [.send(signal: .interrupt, allowedDurationToNextStep: .seconds(5))]
        let result = try await Subprocess.run(
            .path(FilePath(executable)),
            environment: .custom(environment),
            workingDirectory: FilePath(directory.path(percentEncoded: false)),
            platformOptions: platform,
            input: .none,
            output: .currentStandardOutput,
            error: .currentStandardError
        )
        guard !Task.isCancelled else { return }
        throw UnexpectedExit(status: "\(result.terminationStatus)")
    }

    func removeDirectory() {
        try? FileManager.default.removeItem(at: directory)
    }
}

/// The observer exited unexpectedly.
struct UnexpectedExit: Error, CustomStringConvertible {
    var status: String
    var description: String { "the observer exited unexpectedly: \(status)" }
}
