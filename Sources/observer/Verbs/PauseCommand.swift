import ArgumentParser
import ObserverEngine

struct PauseCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "pause", abstract: "Starts no deployment until resume; deliveries are still taken.", helpNames: [])

    @OptionGroup var engine: EngineFlags
    @OptionGroup var output: OutputFlags
    @OptionGroup var help: HelpFlag

    func perform() async throws {
        try output.write(ActionResult(result: await engine.ask { try await $0.perform(.pause) }))
    }
}
