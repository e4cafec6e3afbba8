import ArgumentParser
import ObserverEngine

struct RegisterCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "register", abstract: "Registers the webhook at GitHub, also where it was removed before.",
        helpNames: [])

    @OptionGroup var engine: EngineFlags
    @OptionGroup var output: OutputFlags
    @OptionGroup var help: HelpFlag

    func perform() async throws {
        try output.write(ActionResult(result: await engine.ask { try await $0.perform(.register) }))
    }
}
