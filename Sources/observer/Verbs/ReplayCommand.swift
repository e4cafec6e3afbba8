import ArgumentParser
import ObserverEngine

struct ReplayCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Judges a stored delivery again, and deploys what it pushed.", helpNames: [])

    @OptionGroup var row: RowID
    @OptionGroup var engine: EngineFlags
    @OptionGroup var output: OutputFlags
    @OptionGroup var help: HelpFlag

    func perform() async throws {
        let id = try row.required(of: "delivery", listedBy: "deliveries")
        try output.write(ActionResult(result: await engine.ask { try await $0.perform(.replay(delivery: id)) }))
    }
}
