package import Foundation

/// One request to a service, relative to its base address.
package struct JSONRequest: Sendable {
    package enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    package var method: Method
    /// Percent-encoded, beginning with a slash.
    package var path: String
    package var query: [(String, String)]
    package var headers: [(String, String)]
    package var body: Data?

    package init(
        _ method: Method, _ path: String, query: [(String, String)] = [], headers: [(String, String)] = [],
        body: Data? = nil
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
    }
}

extension String {
    /// Percent-encoded to stand as one segment of a path; a slash is encoded too (RFC 3986, 3.3).
    package var segmentEncoded: String { addingPercentEncoding(withAllowedCharacters: .unreserved) ?? "" }

    /// Percent-encoded to stand as a key or value of a query.
    package var queryEncoded: String { addingPercentEncoding(withAllowedCharacters: .unreserved) ?? "" }
}

extension CharacterSet {
    /// RFC 3986, 2.3.
    fileprivate static let unreserved = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
}
