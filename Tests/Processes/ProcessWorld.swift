package import Simulators

/// The environment of a program that uses simulated servers.
package struct ProcessWorld: Sendable {
    package let simulators: Simulators
    package let directory: String

    /// The variables that Marathon would set for the container.
    package var environment: [String: String] {
        [
            "PATH": "/usr/bin:/bin", "DPLOY_PUBLIC_NODE": "127.0.0.1",
            "DPLOY_OBSERVER_GITHUB_PAT": GitHubSimulator.Token.standard.value,
            "DPLOY_OBSERVER_GITHUB_OWNER": "mhausenblas", "DPLOY_OBSERVER_GITHUB_REPO": "s4d",
            "DPLOY_OBSERVER_GITHUB_API": simulators.gitHub.url, "DPLOY_OBSERVER_MESOS_DNS": simulators.mesosDNS.url,
            "DPLOY_MARATHON_URL": simulators.marathon.url, "DPLOY_OBSERVER_LISTEN": "127.0.0.1:0",
            "DPLOY_OBSERVER_DELAY_REGISTRATION": "0", "DPLOY_OBSERVER_POLL": "0",
            "DPLOY_OBSERVER_STATE": directory + "/state",
        ]
    }

    /// Runs the program; the body ends it.
    package func observe(
        _ changes: [String: String?] = [:], arguments: [String] = [], after shell: String? = nil,
        _ body: @escaping @Sendable (ObserverProcess) async throws -> Void
    ) async throws -> ObserverExit {
        var environment = environment
        for (name, value) in changes { environment[name] = value }
        return try await withObserverProcess(
            arguments: arguments, environment: environment, directory: directory, after: shell, body)
    }

    /// Whether the simulated servers have received no request.
    package var hasNoRequests: Bool {
        simulators.gitHub.requests().isEmpty && simulators.mesosDNS.requests().isEmpty
            && simulators.marathon.requests().isEmpty
    }
}

/// Runs the body with simulated servers and an empty directory.
package func withProcessWorld<Value: Sendable>(
    _ options: SimulatorOptions = SimulatorOptions(), _ body: @escaping @Sendable (ProcessWorld) async throws -> Value
) async throws -> Value {
    try await withTemporaryDirectory { directory in
        try await withSimulators(options) { simulators in
            // The listen port is also the public port: this observer does not run in Marathon.
            simulators.mesosDNS.remove(service: "_dploy-observer._tcp.marathon.mesos.")
            return try await body(ProcessWorld(simulators: simulators, directory: directory))
        }
    }
}

extension [String: String?] {
    /// A tree with one app.
    package static let helloWorld: Self = [
        "dploy.app": "app_name: s4d\n", "specs/hello.json": #"{"id":"hello","cmd":"sleep 60"}"#,
    ]
}
