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
        discussion: "Rejected deliveries have negative IDs; their headers and bodies are not stored.")

    @Argument(help: "ID of the delivery; see 'observer deliveries'.", completion: .ids(.deliveries)) var id: Int64

    @OptionGroup var engine: EngineFlags
    @OptionGroup var output: OutputFlags

    func run() async throws {
        try output.write(DeliveryPage(delivery: await engine.withClient { try await $0.delivery(id) }))
    }
}

struct ReplayCommand: DeployingCommand {
    static let configuration = CommandConfiguration(
        "replay", "<id>", abstract: "Deploy the commit of a stored push delivery again.",
        discussion: """
            Like every push, the commit is only deployed if it is still the head of the branch; otherwise the head is \
            deployed. To return to an earlier commit, use 'observer rollback'.
            """)

    @Argument(help: "ID of the delivery; see 'observer deliveries'.", completion: .ids(.pushes)) var id: Int64

    @OptionGroup var wait: WaitFlags
    @OptionGroup var engine: EngineFlags
    @OptionGroup var output: OutputFlags

    func action(_ client: ControlClient) -> ControlAction { .replay(delivery: id) }
}

/// Selects a part of a long list.
struct PageFlags: ParsableArguments {
    @Option(
        name: .goStyle("before"), parsing: .unconditional,
        help: ArgumentHelp("Show only rows older than this one.", valueName: "id"))
    var before: Int64?

    @Option(
        name: .goStyle("limit"), parsing: .unconditional,
        help: ArgumentHelp("Maximum number of rows.", valueName: "number"))
    var limit = 20

    func validate() throws {
        guard (1...ControlPage.limit).contains(limit) else {
            throw ValidationError("-limit must be between 1 and \(ControlPage.limit).")
        }
    }
}

extension DeliverySummary.Verdict: ExpressibleByArgument {}
