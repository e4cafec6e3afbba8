/// The servers an observer talks to, each a real HTTP server on 127.0.0.1.
package struct Simulators: Sendable {
    package let gitHub: GitHubSimulator
    package let marathon: MarathonSimulator
    package let mesosDNS: MesosDNSSimulator
}

/// Runs the three simulators while `body` runs.
package func withSimulators<Result>(
    _ options: SimulatorOptions = SimulatorOptions(),
    isolation: isolated (any Actor)? = #isolation,
    _ body: (Simulators) async throws -> Result
) async throws -> Result {
    let simulators = Simulators(
        gitHub: try await GitHubSimulator(options.gitHub),
        marathon: try await MarathonSimulator(options.marathon),
        mesosDNS: try await MesosDNSSimulator(options.mesosDNS)
    )
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await simulators.gitHub.run() }
        group.addTask { try await simulators.marathon.run() }
        group.addTask { try await simulators.mesosDNS.run() }
        defer { group.cancelAll() }
        return try await body(simulators)
    }
}

/// The initial settings of the simulated servers.
package struct SimulatorOptions: Sendable {
    package var gitHub = GitHubOptions()
    package var marathon = MarathonOptions()
    package var mesosDNS = MesosDNSRecords.recorded

    package init() {}
}
