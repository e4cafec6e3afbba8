import AsyncHTTPClient
import Foundation
import ObserverEngine
import ObserverTUI

/// An engine and the dashboard in front of it, in one process; the dashboard is a client of the engine's socket.
struct InteractiveRun {
    let configuration: Configuration
    let environment: [String: String]
    let isASCII: Bool

    func run() async throws {
        let engine = try Engine(
            configuration: configuration, environment: environment, transcript: Transcript { _ in },
            log: Log.file(for: configuration), stopsOnSignals: false)
        let http = HTTPClient(configuration: .observer)
        let connection = RemoteConnection(client: ControlClient(http: http, socket: configuration.controlSocket))
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await engine.run() }
                group.addTask {
                    _ = try await DashboardRunner.run(
                        connection: connection, owner: .thisProcess, forcesASCII: isASCII)
                    engine.stop()
                }
                // The engine's end, also by a failure, ends the dashboard and puts the terminal back.
                defer { group.cancelAll() }
                try await group.next()
                try await group.next()
            }
        } catch {
            try await http.shutdown()
            throw error
        }
        try await http.shutdown()
    }
}
