import ArgumentParser
import ObserverEngine
import ObserverTUI

extension Theme.Background: ExpressibleByArgument {}

struct AttachCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        "attach", "[<url>]", abstract: "Open the dashboard of a running observer.")

    @Argument(help: "Public address of the observer; same as -url.") var url: String?

    @Flag(name: .goStyle("ascii"), help: "Draw with ASCII characters only.")
    var isASCII = false

    @Option(name: .goStyle("background"), help: "Background of the terminal: dark or light.")
    var background: Theme.Background?

    @OptionGroup var engine: EngineFlags

    func validate() throws {
        if url != nil, engine.address.url != nil || engine.address.socket != nil {
            throw ValidationError("Use only one of <url>, -url and -socket.")
        }
    }

    func run() async throws {
        var engine = engine
        engine.address.url = url ?? engine.address.url
        let endpoint = try engine.endpoint()
        try await engine.withClient { client in
            // The dashboard reconnects to an engine that went away. One that was never there is an error.
            _ = try await client.engine()
            _ = try await DashboardRunner.run(
                connection: RemoteConnection(client: client), owner: .elsewhere(address: endpoint.description),
                forcesASCII: isASCII, background: background)
        }
    }
}
