import ArgumentParser
import AsyncHTTPClient
import Foundation
import ObserverEngine

/// Which observer a verb talks to.
struct EngineFlags: ParsableArguments {
    @Option(name: .goStyle("url"), help: "the observer's public address; takes DPLOY_OBSERVER_ADMIN_TOKEN")
    var url: String?

    @Option(name: .goStyle("socket"), help: "the observer's control socket, instead of the one in the state directory")
    var socket: String?

    @OptionGroup var settings: SettingFlags

    func validate() throws {
        if url != nil, socket != nil { throw ValidationError("Give -url or -socket, not both.") }
    }

    /// - Throws: `EnginePlace.Unknown`
    func place() throws -> EnginePlace {
        try EnginePlace(self, environment: ProcessInfo.processInfo.environment)
    }

    /// Asks the observer, over connections that end with the body.
    func ask<Answer>(_ body: (ControlClient) async throws -> Answer) async throws -> Answer {
        let place = try place()
        return try await withHTTPClient { try await body(place.client(http: $0)) }
    }

    func withHTTPClient<Answer>(_ body: (HTTPClient) async throws -> Answer) async throws -> Answer {
        let http = HTTPClient(configuration: .observer)
        let answer: Answer
        do {
            answer = try await body(http)
        } catch {
            try await http.shutdown()
            throw error
        }
        try await http.shutdown()
        return answer
    }
}
