import ArgumentParser
import ObserverEngine

struct PingCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "ping", abstract: "Makes GitHub ping the webhook, and tells whether the ping arrives.",
        helpNames: [])

    @OptionGroup var engine: EngineFlags
    @OptionGroup var output: OutputFlags
    @OptionGroup var help: HelpFlag

    func perform() async throws {
        try output.write(ActionResult(result: await engine.ask { try await $0.perform(.ping) }))
    }
}
