import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import ObserverEngine
import Simulators

/// A response of the observer's own server.
struct ServerResponse: Sendable {
    let status: Int
    let headers: [String: String]
    let text: String

    /// `null` if the body is not JSON.
    var json: JSON { (try? JSON(parsing: Array(text.utf8))) ?? .null }
}

extension World {
    /// Sends a request to the observer's public port.
    func send(
        _ method: RequestMethod, _ path: String, authorization: String? = nil, body: String? = nil, type: String? = nil
    ) async throws -> ServerResponse {
        try await send(
            HTTPMethod(rawValue: method.rawValue), path, authorization: authorization, body: body, type: type)
    }

    /// The metrics at their own address.
    func metrics(_ path: String = "/metrics", authorization: String? = nil) async throws -> ServerResponse {
        let port = try await engine.metricsListening.get()
        return try await Self.send(.GET, "http://127.0.0.1:\(port)\(path)", authorization: authorization)
    }

    /// Sends a request with any method.
    func send(
        _ method: HTTPMethod, _ path: String, authorization: String? = nil, body: String? = nil, type: String? = nil
    ) async throws -> ServerResponse {
        try await Self.send(
            method, try await url() + path, authorization: authorization, body: body, type: type)
    }

    private static func send(
        _ method: HTTPMethod, _ url: String, authorization: String?, body: String? = nil, type: String? = nil
    ) async throws -> ServerResponse {
        var request = HTTPClientRequest(url: url)
        request.method = method
        if let authorization { request.headers.add(name: "Authorization", value: authorization) }
        if let type { request.headers.add(name: "Content-Type", value: type) }
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await HTTPClient.shared.execute(request, timeout: TimeAmount(.testTimeout))
        let content = try await response.body.collect(upTo: 1 << 24)
        return ServerResponse(
            status: Int(response.status.code),
            headers: Dictionary(response.headers.map { ($0.name.lowercased(), $0.value) }) { "\($0), \($1)" },
            text: String(buffer: content))
    }
}
