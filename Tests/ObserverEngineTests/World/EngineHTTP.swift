import AsyncHTTPClient
import ObserverEngine

/// An HTTP client that is set up as the engine's own, for parts that are tested without an engine.
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
