import ArgumentParser
import ObserverEngine

struct DeliveryCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "delivery", abstract: "Shows one delivery with its headers and body.",
        discussion: "Rejected ones have negative IDs, which stand behind two dashes: observer delivery -- -1",
        helpNames: [])

    @OptionGroup var row: RowID
    @OptionGroup var engine: EngineFlags
    @OptionGroup var output: OutputFlags
    @OptionGroup var help: HelpFlag

    func perform() async throws {
        let id = try row.required(of: "delivery", listedBy: "deliveries")
        try output.write(DeliveryPage(delivery: await engine.ask { try await $0.delivery(id) }))
    }
}
