import ArgumentParser
import Foundation
import ObserverEngine
import ObserverTUI

/// The dashboard in front of an observer that runs already, here or elsewhere.
struct AttachCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "attach", abstract: "Shows the dashboard of an observer that runs.", helpNames: [])

    @Argument(help: "the observer's public address; takes DPLOY_OBSERVER_ADMIN_TOKEN")
    var address: String?

    @Flag(name: .goStyle("ascii"), help: "draw the dashboard with ASCII characters only")
    var isASCII = false

    @OptionGroup var engine: EngineFlags
    @OptionGroup var help: HelpFlag

    func perform() async throws {
        var engine = engine
        engine.url = address ?? engine.url
        let place = try engine.place()
        try await engine.withHTTPClient { http in
            let client = place.client(http: http)
            // A dashboard waits for an engine that went away, but not for one that never was.
            _ = try await client.engine()
            _ = try await DashboardRunner.run(
                connection: RemoteConnection(client: client), owner: .elsewhere(address: place.description),
                forcesASCII: isASCII)
        }
    }
}
