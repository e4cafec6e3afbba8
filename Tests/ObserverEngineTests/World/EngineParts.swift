import Logging
import ObserverEngine

/// Runs the body with an HTTP client configured as the engine's own, for parts that are tested without an engine.
func withEngineHTTP<Value>(
    _ settings: NetworkSettings = NetworkSettings(), _ body: (HTTPTransport) async throws -> Value
) async throws -> Value {
    try await HTTPTransport.with(settings, body)
}

extension HTTPTransport {
    /// For tests that need no settings of their own.
    static let shared = HTTPTransport()
}

extension Logger {
    /// A logger for parts that are tested without their log.
    static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}
