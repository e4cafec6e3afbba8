import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Simulators

/// An HTTP client for the tests of the simulators.
struct Client {
    var base: String
    var headers: HeaderFields = [:]
    var timeout = TimeAmount(.testTimeout)

    struct Answer {
        var status: Int
        var headers: HeaderFields
        var body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }
        var json: JSON { (try? JSON(parsing: body)) ?? .null }
    }

    func send(
        _ method: RequestMethod,
        _ path: String,
        _ json: JSON? = nil,
        headers extra: HeaderFields = [:]
    ) async throws -> Answer {
        let type: HeaderFields = json == nil ? [:] : ["Content-Type": "application/json"]
        return try await send(method, path, bytes: json?.bytes, headers: type.merging(extra))
    }

    func send(
        _ method: RequestMethod,
        _ path: String,
        bytes: [UInt8]?,
        headers extra: HeaderFields = [:]
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: base + path)
        request.method = HTTPMethod(rawValue: method.rawValue)
        request.headers = HTTPHeaders(headers.merging(extra).fields.map { ($0.name, $0.value) })
        if let bytes { request.body = .bytes(bytes) }
        let response = try await HTTPClient.shared.execute(request, timeout: timeout)
        return Answer(
            status: Int(response.status.code),
            headers: HeaderFields(response.headers.map { ($0.name, $0.value) }),
            body: Array((try await response.body.collect(upTo: 64 << 20)).readableBytesView)
        )
    }
}

extension GitHubSimulator {
    /// A client with the standard token.
    var client: Client {
        Client(
            base: url,
            headers: [
                "Authorization": "Bearer \(Token.standard.value)", "User-Agent": "tests", "Accept": "application/json",
            ]
        )
    }

    var path: String { "/repos/\(options.owner)/\(options.repository)" }
}

extension MarathonSimulator {
    var client: Client { Client(base: url) }
}
