import ArgumentParser
import ObserverEngine

struct DeliveriesCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "deliveries", abstract: "Lists what GitHub delivered, newest first.", helpNames: [])

    @Option(
        name: .goStyle("verdict"),
        help: "only those that were accepted, ping, ignored, duplicate or rejected")
    var verdict: DeliverySummary.Verdict?

    @OptionGroup var page: PageFlags
    @OptionGroup var engine: EngineFlags
    @OptionGroup var output: OutputFlags
    @OptionGroup var help: HelpFlag

    func perform() async throws {
        try output.write(
            DeliveryList(
                rows: await engine.ask {
                    try await $0.deliveries(before: page.before, verdict: verdict, limit: page.limit)
                }))
    }
}

extension DeliverySummary.Verdict: ExpressibleByArgument {}
