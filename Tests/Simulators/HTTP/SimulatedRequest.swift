package import struct Foundation.Date

/// A request, as a simulated server received it.
package struct SimulatedRequest: Sendable {
    package var method: RequestMethod
    /// The path as sent, percent-encoded, without the query.
    package var encodedPath: String
    package var query: [QueryItem]
    /// Path and query as sent.
    let target: String
    package var headers: HeaderFields
    package var body: [UInt8]

    package struct QueryItem: Sendable, Hashable {
        package var name: String
        package var value: String
    }

    /// The path without percent-encoding.
    package var path: String { PercentEncoding.decode(encodedPath) }

    package var text: String { String(decoding: body, as: UTF8.self) }

    /// The body as JSON; `null` if it is not JSON.
    package var json: JSON { (try? JSON(parsing: body)) ?? .null }

    /// The first value of a query parameter.
    package func query(_ name: String) -> String? {
        query.first { $0.name == name }?.value
    }

    /// Splits a request target such as `/v2/apps?embed=apps.tasks`.
    init(method: RequestMethod, target: String, headers: HeaderFields, body: [UInt8]) {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        self.method = method
        self.target = target
        self.encodedPath = String(parts[0])
        self.query = parts.count > 1 ? Self.queryItems(parts[1]) : []
        self.headers = headers
        self.body = body
    }

    private static func queryItems(_ text: Substring) -> [QueryItem] {
        text.split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return QueryItem(
                name: PercentEncoding.decode(String(parts[0]), plusIsSpace: true),
                value: parts.count > 1 ? PercentEncoding.decode(String(parts[1]), plusIsSpace: true) : ""
            )
        }
    }
}

/// The HTTP methods that the simulated servers support.
package enum RequestMethod: String, Sendable, Hashable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"
    case options = "OPTIONS"
}

/// An entry in a simulated server's request log, with the response.
@dynamicMemberLookup
package struct RecordedRequest: Sendable, Identifiable {
    /// The position in the log, counted from 0.
    package let id: Int
    package let receivedAt: Date
    package let request: SimulatedRequest
    /// Nil until the head of the response is sent, and for a request that never gets a response.
    package internal(set) var status: Int?
    /// The body of the response, unless it was streamed.
    package internal(set) var responseBody: [UInt8] = []

    package subscript<Member>(dynamicMember member: KeyPath<SimulatedRequest, Member>) -> Member {
        request[keyPath: member]
    }

    /// The first value of a query parameter.
    package func query(_ name: String) -> String? { request.query(name) }

}

extension RecordedRequest: CustomStringConvertible {
    package var description: String {
        "\(request.method.rawValue) \(request.encodedPath) -> \(status.map(String.init) ?? "no response")"
    }
}
