import ArgumentParser
import ObserverEngine

struct DeploymentsCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "deployments", abstract: "Lists the deployments, newest first.", helpNames: [])

    @OptionGroup var page: PageFlags
    @OptionGroup var engine: EngineFlags
    @OptionGroup var output: OutputFlags
    @OptionGroup var help: HelpFlag

    func perform() async throws {
        try output.write(
            DeploymentList(
                rows: await engine.ask { try await $0.deployments(before: page.before, limit: page.limit) }))
    }
}
