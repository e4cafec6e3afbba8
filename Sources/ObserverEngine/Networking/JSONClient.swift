import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Speaks JSON with one service: the thin layer under the clients of GitHub, Mesos-DNS and Marathon.
///
/// It follows redirects itself, so that credentials never travel to another origin.
package struct JSONClient: Sendable {
    /// The bounds of one exchange.
    struct Limits: Sendable {
        var timeout: Duration = .seconds(20)
        /// Of an answer's body, in bytes.
        var size = 8 * 1024 * 1024
    }

    private static let redirectLimit = 5

    private let http: HTTPClient
    private let base: ServiceURL
    private let headers: [(String, String)]
    private let authorization: @Sendable () -> Secret?

    /// - Parameter authorization: Asked anew for each request.
    init(
        http: HTTPClient, base: ServiceURL, headers: [(String, String)] = [],
        authorization: @autoclosure @escaping @Sendable () -> Secret? = nil
    ) {
        self.http = http
        self.base = base
        self.headers = headers
        self.authorization = authorization
    }

    /// The whole answer, whatever its status.
    /// - Throws: `TransportError`, `CancellationError`.
    func send(_ request: JSONRequest, limits: Limits = Limits()) async throws -> JSONResponse {
        let url = address(of: request)
        do {
            return try await withTimeout(limits.timeout) {
                let response = try await follow(request, url: url, timeout: limits.timeout)
                let body = try await response.body.collect(upTo: limits.size)
                return JSONResponse(
                    status: Int(response.status.code), headers: response.headers, body: Data(body.readableBytesView))
            }
        } catch {
            throw Self.readable(error, url: url, timeout: limits.timeout)
        }
    }

    /// The answer with its body still to come; it may take as long as the caller lets it.
    /// - Parameter timeout: Until the answer's head has come.
    /// - Throws: `TransportError`, `CancellationError`.
    func open(_ request: JSONRequest, timeout: Duration = .seconds(20)) async throws -> HTTPClientResponse {
        let url = address(of: request)
        do {
            return try await follow(request, url: url, timeout: timeout)
        } catch {
            throw Self.readable(error, url: url, timeout: timeout)
        }
    }

    private func follow(_ request: JSONRequest, url: String, timeout: Duration) async throws -> HTTPClientResponse {
        var url = url
        for _ in 0...Self.redirectLimit {
            let response = try await http.execute(
                outgoing(request, url: url), timeout: .nanoseconds(Int64(timeout.seconds * 1e9)))
            guard let next = try Self.redirect(of: response, from: url, method: request.method) else { return response }
            url = next
        }
        throw TransportError(url: url, reason: .redirectedTooOften)
    }

    private func outgoing(_ request: JSONRequest, url: String) -> HTTPClientRequest {
        var outgoing = HTTPClientRequest(url: url)
        outgoing.method = HTTPMethod(rawValue: request.method.rawValue)
        for (name, value) in headers + request.headers {
            outgoing.headers.replaceOrAdd(name: name, value: value)
        }
        if HTTPOrigin(url: url) == base.origin, let authorization = authorization() {
            outgoing.headers.replaceOrAdd(name: "Authorization", value: authorization.value)
        }
        if let body = request.body {
            outgoing.headers.replaceOrAdd(name: "Content-Type", value: "application/json")
            outgoing.body = .bytes(body)
        }
        return outgoing
    }

    private func address(of request: JSONRequest) -> String {
        let query = request.query.map { "\($0.0.queryEncoded)=\($0.1.queryEncoded)" }.joined(separator: "&")
        return base.description + request.path + (query.isEmpty ? "" : "?\(query)")
    }

    /// Where the answer sends us, as far as the method may be repeated there (RFC 9110, 15.4).
    /// - Throws: Where that is no HTTP.
    private static func redirect(
        of response: HTTPClientResponse, from url: String, method: JSONRequest.Method
    ) throws(TransportError) -> String? {
        let mayRepeat =
            switch response.status.code {
            case 301, 302, 303: method == .get
            case 307, 308: true
            default: false
            }
        guard mayRepeat, let location = response.headers.first(name: "Location"),
            let next = URL(string: location, relativeTo: URL(string: url))
        else { return nil }
        // The client would speak to a Unix socket, too, in which nobody else has a say.
        guard let scheme = next.scheme?.lowercased(), scheme == "http" || scheme == "https" else {
            throw TransportError(url: url, reason: .unreachable("it redirects to what is not HTTP"))
        }
        return next.absoluteString
    }

    private static func readable(_ error: any Error, url: String, timeout: Duration) -> any Error {
        switch error {
        case is CancellationError, is TransportError: error
        case let error as HTTPClientError where error == .deadlineExceeded:
            TransportError(url: url, reason: .timedOut(after: timeout))
        default: Task.isCancelled ? CancellationError() : TransportError(url: url, underlying: error)
        }
    }
}
