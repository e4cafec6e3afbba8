import AsyncHTTPClient
import Logging
import ObserverEngine

/// Runs the body with an HTTP client configured as the engine's own, for parts that are tested without an engine.
func withEngineHTTP<Value>(_ body: (HTTPClient) async throws -> Value) async throws -> Value {
    let http = HTTPClient(configuration: .observer)
    do {
        let value = try await body(http)
        try await http.shutdown()
        return value
    } catch {
        try await http.shutdown()
        throw error
    }
}

extension Logger {
    /// A logger for parts that are tested without their log.
    static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}
