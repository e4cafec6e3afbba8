/// How the simulated servers are to start.
package struct SimulatorOptions: Sendable {
    package var gitHub = GitHubOptions()
    package var marathon = MarathonOptions()
    package var mesosDNS = MesosDNSRecords.recorded

    package init() {}
}
