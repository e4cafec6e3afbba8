import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Simulators

/// What the observer's own server answered.
struct ServerAnswer: Sendable {
    let status: Int
    let headers: [String: String]
    let text: String

    /// `null` where it is not JSON.
    var json: JSON { (try? JSON(parsing: Array(text.utf8))) ?? .null }
}

extension World {
    func answer(_ method: RequestMethod, _ path: String) async throws -> ServerAnswer {
        var request = HTTPClientRequest(url: try await url() + path)
        request.method = HTTPMethod(rawValue: method.rawValue)
        let response = try await HTTPClient.shared.execute(request, timeout: TimeAmount(.testTimeout))
        let body = try await response.body.collect(upTo: 1024 * 1024)
        return ServerAnswer(
            status: Int(response.status.code),
            headers: Dictionary(response.headers.map { ($0.name.lowercased(), $0.value) }) { "\($0), \($1)" },
            text: String(buffer: body))
    }
}
