import Foundation
import Processes
import Simulators
import Subprocess
import Testing

/// A running observer, and its commands.
struct RunningObserver: Sendable {
    let simulators: Simulators
    let environment: [String: String]
    let directory: String
    let url: String

    func run(_ arguments: String..., environment extra: [String: String] = [:]) async throws -> ObserverExit {
        try await withObserverProcess(
            arguments: arguments, environment: environment.merging(extra) { $1 }, directory: directory
        ) { _ in }
    }

    /// Parses the output of a command as one JSON value.
    func json(_ arguments: String...) async throws -> JSON {
        let exit = try await withObserverProcess(
            arguments: arguments + ["-json"], environment: environment, directory: directory
        ) { _ in }
        #expect(exit.status == .exited(0), "\(arguments): \(exit.log)")
        return try JSON(parsing: Array(exit.output.joined(separator: "\n").utf8))
    }

    /// Waits until a deployment of a push meets the condition, and returns its row.
    @discardableResult
    func deployment(
        of push: GitHubSimulator.Push, where isMet: @escaping @Sendable (JSON) -> Bool
    ) async throws -> JSON {
        try await waitForDeployment(of: push.after, environment: environment, directory: directory, where: isMet)
    }

    @discardableResult
    func deploy(mem: Int) async throws -> GitHubSimulator.Push {
        let push = try await simulators.gitHub.push(
            files: [
                "dploy.app": "app_name: s4d\n",
                "specs/hello.json": #"{"id":"hello","cmd":"sleep 60","mem":\#(mem)}"#,
            ], message: "Give it \(mem) MB")
        try await simulators.gitHub.waitForStatus("success", of: push.after)
        return push
    }
}

/// Runs the body with an observer in a process of its own.
func withRunningObserver(
    timeout: Int = 600, environment extra: [String: String] = [:],
    _ body: @escaping @Sendable (RunningObserver) async throws -> Void
) async throws {
    let port = try await freePort()
    try await withSimulators { simulators in
        simulators.mesosDNS.remove(service: "_dploy-observer._tcp.marathon.mesos.")
        let exit = try await withTemporaryDirectory { directory in
            let environment = [
                "PATH": "/usr/bin:/bin", "DPLOY_PUBLIC_NODE": "127.0.0.1",
                "DPLOY_OBSERVER_GITHUB_PAT": GitHubSimulator.Token.standard.value,
                "DPLOY_OBSERVER_GITHUB_OWNER": "mhausenblas", "DPLOY_OBSERVER_GITHUB_REPO": "s4d",
                "DPLOY_OBSERVER_GITHUB_API": simulators.gitHub.url,
                "DPLOY_OBSERVER_MESOS_DNS": simulators.mesosDNS.url,
                "DPLOY_OBSERVER_DEPLOY_TIMEOUT": "\(timeout)", "DPLOY_OBSERVER_DELAY_REGISTRATION": "0",
                "DPLOY_OBSERVER_POLL": "0",
                "DPLOY_MARATHON_URL": simulators.marathon.url, "DPLOY_OBSERVER_LISTEN": "127.0.0.1:\(port)",
                "DPLOY_OBSERVER_STATE": directory, "DPLOY_OBSERVER_ADMIN_TOKEN": "an admin token for tests",
            ].merging(extra) { $1 }
            return try await withObserverProcess(environment: environment, directory: directory) { observer in
                try await observer.log.wait(for: "Ping received: GitHub can reach")
                try await body(
                    RunningObserver(
                        simulators: simulators, environment: environment, directory: directory,
                        url: "http://127.0.0.1:\(port)"))
                observer.terminate()
            }
        }
        #expect(exit.status == .exited(0))
    }
}
