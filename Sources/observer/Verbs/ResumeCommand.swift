import ArgumentParser
import ObserverEngine

struct ResumeCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Deploys again, and lifts the hold of a rollback.", helpNames: [])

    @OptionGroup var engine: EngineFlags
    @OptionGroup var output: OutputFlags
    @OptionGroup var help: HelpFlag

    func perform() async throws {
        try output.write(ActionResult(result: await engine.ask { try await $0.perform(.resume) }))
    }
}
