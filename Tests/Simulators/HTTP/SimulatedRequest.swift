/// One request as a simulated server received it.
package struct SimulatedRequest: Sendable {
    package var method: RequestMethod
    /// The path as it was sent, percent-encoded, without the query.
    package var encodedPath: String
    package var query: [QueryItem]
    /// Path and query as they were sent.
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

    /// The body as JSON; `null` where it is not JSON.
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
                name: PercentEncoding.decode(String(parts[0]), plusIsBlank: true),
                value: parts.count > 1 ? PercentEncoding.decode(String(parts[1]), plusIsBlank: true) : ""
            )
        }
    }
}
