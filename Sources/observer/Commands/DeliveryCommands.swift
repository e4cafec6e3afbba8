import ArgumentParser
import ObserverEngine

struct DeliveriesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        "deliveries", abstract: "List deliveries from GitHub, newest first.")

    @Option(name: .goStyle("verdict"), help: "Show only deliveries with this verdict.")
    var verdict: DeliverySummary.Verdict?

    @OptionGroup var page: PageFlags
    @OptionGroup var engine: EngineFlags
    @OptionGroup var output: OutputFlags

    func run() async throws {
        let rows = try await engine.withClient {
            try await $0.deliveries(before: page.before, verdict: verdict, limit: page.limit)
        }
        try output.write(DeliveryList(rows: rows))
    }
}

struct DeliveryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        "delivery", "<id>", abstract: "Show a delivery with its headers and body.",
        discussion: "Rejected deliveries have negative IDs. Write them after two dashes: observer delivery -- -1")

    @Argument(help: "ID of the delivery; see 'observer deliveries'.") var id: Int64

    @OptionGroup var engine: EngineFlags
    @OptionGroup var output: OutputFlags

    func run() async throws {
        try output.write(DeliveryPage(delivery: await engine.withClient { try await $0.delivery(id) }))
    }
}

struct ReplayCommand: ActionCommand {
    static let configuration = CommandConfiguration(
        "replay", "<id>", abstract: "Process a stored delivery again and deploy its commit.")

    @Argument(help: "ID of the delivery; see 'observer deliveries'.") var id: Int64

    @OptionGroup var engine: EngineFlags
    @OptionGroup var output: OutputFlags

    func action(_ client: ControlClient) -> ControlAction { .replay(delivery: id) }
}

/// Selects a part of a long list.
struct PageFlags: ParsableArguments {
    @Option(name: .goStyle("before"), help: ArgumentHelp("Show only rows older than this one.", valueName: "id"))
    var before: Int64?

    @Option(name: .goStyle("limit"), help: ArgumentHelp("Maximum number of rows.", valueName: "number"))
    var limit = 20

    func validate() throws {
        guard (1...ControlService.pageLimit).contains(limit) else {
            throw ValidationError("-limit must be between 1 and \(ControlService.pageLimit).")
        }
    }
}

extension DeliverySummary.Verdict: ExpressibleByArgument {}
