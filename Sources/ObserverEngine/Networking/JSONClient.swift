import AsyncHTTPClient
package import Foundation
import NIOCore
package import NIOHTTP1

/// Exchanges JSON with one service; the layer below the clients of GitHub, Mesos-DNS and Marathon.
///
/// It follows redirects itself, so that credentials never travel to another origin.
package struct JSONClient: Sendable {
    /// The limits of one exchange.
    struct Limits: Sendable {
        var timeout: Duration = .seconds(20)
        /// Of the response body, in bytes.
        var size = 8 * 1024 * 1024
    }

    private static let redirectLimit = 5

    private let http: HTTPTransport
    private let base: ServiceURL
    private let headers: [(String, String)]
    private let authorization: @Sendable () -> Secret?

    /// - Parameter authorization: Evaluated for each request.
    init(
        http: HTTPTransport, base: ServiceURL, headers: [(String, String)] = [],
        authorization: @autoclosure @escaping @Sendable () -> Secret? = nil
    ) {
        self.http = http
        self.base = base
        self.headers = headers
        self.authorization = authorization
    }

    /// Returns the complete response with any status.
    /// - Throws: `TransportError`, `CancellationError`.
    func send(_ request: JSONRequest, limits: Limits = Limits()) async throws -> JSONResponse {
        let url = address(of: request)
        do {
            return try await withTimeout(limits.timeout) {
                let (response, end) = try await follow(request, url: url, timeout: limits.timeout)
                let body = try await response.body.collect(upTo: limits.size)
                let withheld = authorization() != nil && !receivesCredentials(end) ? HTTPOrigin(url: end) : nil
                if let withheld, Self.credentialsMatter(to: response.status) {
                    throw TransportError(url: url, reason: .redirectedAway(to: withheld))
                }
                return JSONResponse(
                    status: Int(response.status.code), headers: response.headers, body: Data(body.readableBytesView),
                    redirectedAway: withheld.map { TransportError(url: url, reason: .redirectedAway(to: $0)) })
            }
        } catch {
            throw Self.readable(error, url: url, timeout: limits.timeout)
        }
    }

    /// Returns the response as soon as its head is received; reading the body has no time limit.
    /// - Parameter timeout: The time limit for the head.
    /// - Throws: `TransportError`, `CancellationError`.
    func open(_ request: JSONRequest, timeout: Duration = .seconds(20)) async throws -> HTTPClientResponse {
        let url = address(of: request)
        do {
            return try await follow(request, url: url, timeout: timeout).response
        } catch {
            throw Self.readable(error, url: url, timeout: timeout)
        }
    }

    /// Returns the last response and its URL.
    private func follow(
        _ request: JSONRequest, url: String, timeout: Duration
    ) async throws -> (response: HTTPClientResponse, url: String) {
        let origin = HTTPOrigin(url: url)
        var url = url
        for _ in 0...Self.redirectLimit {
            let response: HTTPClientResponse
            do {
                response = try await execute(outgoing(request, url: url), timeout: timeout)
            } catch let error where !(error is CancellationError) {
                guard let other = HTTPOrigin(url: url), other != origin else { throw error }
                throw AfterRedirect(origin: other, underlying: error)
            }
            guard let next = try Self.redirect(of: response, from: url, method: request.method) else {
                return (response, url)
            }
            url = next
        }
        throw TransportError(url: url, reason: .redirectedTooOften)
    }

    /// Sends a request that changes nothing once more if the connection was closed without a response: a server may close an
    /// idle connection in the moment in which it is used again (RFC 9112, 9.3.1).
    private func execute(_ request: HTTPClientRequest, timeout: Duration) async throws -> HTTPClientResponse {
        let timeout = TimeAmount.nanoseconds(Int64(timeout.seconds * 1e9))
        do {
            return try await http.execute(request, timeout: timeout)
        } catch let error where request.method == .GET && error.meansClosedConnection {
            return try await http.execute(request, timeout: timeout)
        }
    }

    private func outgoing(_ request: JSONRequest, url: String) -> HTTPClientRequest {
        var outgoing = HTTPClientRequest(url: url)
        outgoing.method = HTTPMethod(rawValue: request.method.rawValue)
        for (name, value) in headers + request.headers {
            outgoing.headers.replaceOrAdd(name: name, value: value)
        }
        if receivesCredentials(url), let authorization = authorization() {
            outgoing.headers.replaceOrAdd(name: "Authorization", value: authorization.value)
        }
        if let body = request.body {
            outgoing.headers.replaceOrAdd(name: "Content-Type", value: "application/json")
            outgoing.body = .bytes(body)
        }
        return outgoing
    }

    private func receivesCredentials(_ url: String) -> Bool {
        guard let origin = HTTPOrigin(url: url), let own = base.origin else { return false }
        return origin == own || origin == own.secured
    }

    /// Whether a response with this status may only be due to missing credentials.
    private static func credentialsMatter(to status: HTTPResponseStatus) -> Bool {
        [.unauthorized, .forbidden, .notFound].contains(status)
    }

    private func address(of request: JSONRequest) -> String {
        let query = request.query.map { "\($0.0.queryEncoded)=\($0.1.queryEncoded)" }.joined(separator: "&")
        return base.description + request.path + (query.isEmpty ? "" : "?\(query)")
    }

    /// The target of a redirect, if the method may be repeated there (RFC 9110, 15.4). A server that only redirects to https
    /// has not handled the request, so any method may be repeated.
    /// - Throws: If the target is not an HTTP URL.
    private static func redirect(
        of response: HTTPClientResponse, from url: String, method: JSONRequest.Method
    ) throws(TransportError) -> String? {
        guard (300..<400).contains(response.status.code), let location = response.headers.first(name: "Location"),
            let next = URL(string: location, relativeTo: URL(string: url))
        else { return nil }
        let mayRepeat =
            switch response.status.code {
            case 301, 302: method == .get || next.absoluteString.isSecured(url)
            case 303: method == .get
            case 307, 308: true
            default: false
            }
        guard mayRepeat else { return nil }
        // The HTTP client would also follow a redirect to a local Unix socket.
        guard let scheme = next.scheme?.lowercased(), scheme == "http" || scheme == "https" else {
            throw TransportError(url: url, reason: .unreachable("redirect to a URL that is not HTTP"))
        }
        return next.absoluteString
    }

    private static func readable(_ error: any Error, url: String, timeout: Duration) -> any Error {
        switch error {
        case is CancellationError, is TransportError: error
        case let error as AfterRedirect:
            switch readable(error.underlying, url: url, timeout: timeout) {
            case let failure as TransportError: failure.redirected(to: error.origin)
            case let other: other
            }
        case let error as HTTPClientError where error == .deadlineExceeded:
            TransportError(url: url, reason: .timedOut(after: timeout))
        case let error as ThroughProxy where error.underlying as? HTTPClientError == .deadlineExceeded:
            TransportError(url: url, underlying: ThroughProxy(proxy: error.proxy, underlying: TimedOut(limit: timeout)))
        default: Task.isCancelled ? CancellationError() : TransportError(url: url, underlying: error)
        }
    }
}

/// A request to a service, relative to its base URL.
package struct JSONRequest: Sendable {
    package enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    package var method: Method
    /// Percent-encoded, starts with a slash.
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

/// A complete response of a service.
package struct JSONResponse: Sendable {
    package let status: Int
    package let headers: HTTPHeaders
    package let body: Data
    /// Set if a redirect led to a server that gets no credentials.
    package var redirectedAway: TransportError?

    package var isSuccess: Bool { (200..<300).contains(status) }

    /// - Throws: `DecodingError`
    package func decode<Value: Decodable>(
        _ type: Value.Type = Value.self, keys: JSONDecoder.KeyDecodingStrategy = .useDefaultKeys
    ) throws -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = keys
        return try decoder.decode(type, from: body)
    }

    /// The `Date` header: when the server created the response, by its own clock.
    package var date: Date? { headers.first(name: "Date").flatMap(Date.init(httpDate:)) }

    /// `Retry-After` in its two forms, seconds or a date (RFC 9110, 10.2.3).
    package func retryAfter(now: Date = Date()) -> Duration? {
        guard let value = headers.first(name: "Retry-After") else { return nil }
        if let seconds = Int(value) { return .retryDelay(seconds: Double(seconds)) }
        return Date(httpDate: value).map { .retryDelay(seconds: $0.timeIntervalSince(now)) }
    }
}

extension Duration {
    /// A delay requested by a server, limited to a day because either clock may be wrong.
    static func retryDelay(seconds: Double) -> Duration {
        .seconds(min(max(0, seconds), 86_400))
    }
}

extension Date {
    /// `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, 5.6.7).
    fileprivate init?(httpDate: String) {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "GMT")
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
        guard let date = formatter.date(from: httpDate) else { return nil }
        self = date
    }
}

extension String {
    /// Percent-encoded for use as one path segment; slashes are encoded too (RFC 3986, 3.3).
    package var segmentEncoded: String { addingPercentEncoding(withAllowedCharacters: .unreserved) ?? "" }

    /// Percent-encoded for use as a key or value of a query.
    package var queryEncoded: String { addingPercentEncoding(withAllowedCharacters: .unreserved) ?? "" }
}

extension String {
    /// Whether this is the other URL with https in place of http.
    fileprivate func isSecured(_ other: String) -> Bool {
        guard let origin = HTTPOrigin(url: other), HTTPOrigin(url: self) == origin.secured,
            let (own, plain) = URLComponents(string: self).flatMap({ own in
                URLComponents(string: other).map { (own, $0) }
            })
        else { return false }
        return own.percentEncodedPath == plain.percentEncodedPath
            && own.percentEncodedQuery == plain.percentEncodedQuery
    }
}

extension CharacterSet {
    /// RFC 3986, 2.3.
    fileprivate static let unreserved = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
}
