import ArgumentParser
import ObserverEngine

struct StatusCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Shows how the observer, its webhook and its deployments are.", helpNames: [])

    @OptionGroup var engine: EngineFlags
    @OptionGroup var output: OutputFlags
    @OptionGroup var help: HelpFlag

    func perform() async throws {
        try output.write(
            await engine.ask { client in
                let deployments = try await client.deployments(limit: 20)
                return StatusOverview(
                    engine: try await client.engine(), hook: try await client.hook(),
                    lastDelivery: try await client.deliveries(limit: 1).first,
                    currentDeployment: deployments.last { !$0.stage.isFinal },
                    lastDeployment: deployments.first { $0.stage.isFinal })
            })
    }
}
