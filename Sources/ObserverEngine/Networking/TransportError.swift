import AsyncHTTPClient
import Glibc
import NIOCore
import NIOPosix
import NIOSSL

/// A request without a usable response.
package struct TransportError: Error, Equatable, CustomStringConvertible {
    package enum Reason: Equatable, Sendable {
        case timedOut(after: Duration)
        case tooLarge(limit: Int)
        case unreachable(String)
        case redirectedTooOften
        /// To a server that gets no credentials and refuses requests without.
        case redirectedAway(to: HTTPOrigin)
    }

    /// Without the query, which may contain a token.
    package let url: String
    package let reason: Reason
    /// Through which it was sent.
    private var proxy: String?
    /// The server that did not respond, if the one in the URL redirects to it.
    private(set) var redirect: HTTPOrigin?

    /// Whether the next attempt may succeed; a response that is too large will be again.
    var isTransient: Bool {
        if case .tooLarge = reason { false } else { true }
    }

    package var description: String {
        switch reason {
        case .tooLarge(let limit): "The response from \(url) is larger than \(limit) bytes."
        case .unreachable(let detail) where redirect == nil: "Can't reach \(url)\(way): \(detail)."
        default: clause
        }
    }

    /// The same to follow a colon, after the operation that failed.
    var clause: String {
        switch reason {
        case .timedOut(let limit):
            redirect.map { "\(url) redirects to \($0), which did not respond\(way) within \(limit.brief)." }
                ?? "\(url) did not respond\(way) within \(limit.brief)."
        case .tooLarge(let limit): "the response from \(url) is larger than \(limit) bytes."
        case .unreachable(let detail):
            redirect.map { "\(url) redirects to \($0), which can't be reached\(way): \(detail)." }
                ?? "no connection to \(url)\(way): \(detail)."
        case .redirectedTooOften: "\(url): redirect loop."
        case .redirectedAway(let other):
            "\(url) redirects to \(other), which gets no credentials. Set the address to \(other) if that is right."
        }
    }

    /// The reason alone: "connection refused".
    package var detail: String {
        switch reason {
        case .timedOut(let limit): "no response\(way) within \(limit.brief)"
        case .tooLarge(let limit): "response larger than \(limit) bytes"
        case .unreachable(let detail):
            (redirect.map { "redirect to \($0): " } ?? "") + (proxy.map { "\(detail) (proxy \($0))" } ?? detail)
        case .redirectedTooOften: "redirect loop"
        case .redirectedAway(let other): "redirect to \(other), which gets no credentials"
        }
    }

    func redirected(to origin: HTTPOrigin) -> TransportError {
        var error = self
        error.redirect = origin
        return error
    }

    private var way: String { proxy.map { " through the proxy \($0)" } ?? "" }

    init(url: String, reason: Reason) {
        self.url = String(url.prefix { $0 != "?" })
        self.reason = reason
    }

    /// Translates the errors of the HTTP client for an operator.
    init(url: String, underlying: any Error) {
        let reason: Reason =
            switch (underlying as? ThroughProxy)?.underlying ?? underlying {
            case let error as TimedOut: .timedOut(after: error.limit)
            case let error as NIOTooManyBytesError: .tooLarge(limit: error.maxBytes ?? 0)
            case let error as NIOConnectionError: .unreachable(Self.detail(of: error))
            case let error as HTTPClientError where error == .readTimeout:
                .timedOut(after: HTTPClient.Configuration.readTimeout)
            case let error as HTTPClientError: .unreachable(error.reason)
            case let error as IOError: .unreachable(error.shortReason)
            case SocketAddressError.unixDomainSocketPathTooLong: .unreachable("the path of the socket is too long")
            case let other: .unreachable(TLSFailure.reason(of: other) ?? "\(other)".firstLine)
            }
        self.init(url: url, reason: reason)
        proxy = (underlying as? ThroughProxy)?.proxy.description
    }

    private static func detail(of error: NIOConnectionError) -> String {
        if let first = error.connectionErrors.first {
            return (first.error as? IOError)?.shortReason ?? TLSFailure.reason(of: first.error) ?? "\(first.error)"
        }
        return error.dnsAError != nil || error.dnsAAAAError != nil
            ? "unknown host \(error.host)" : "no connection to \(error.host):\(error.port)"
    }
}

/// A failed request to a server that another one redirected to.
struct AfterRedirect: Error {
    let origin: HTTPOrigin
    let underlying: any Error
}

extension Error {
    /// Whether the server closed the connection before it sent a response.
    var meansClosedConnection: Bool {
        switch (self as? ThroughProxy)?.underlying ?? self {
        case let error as HTTPClientError: error == .remoteConnectionClosed
        case let error as ChannelError: error == .ioOnClosedChannel
        case let error as IOError: [ECONNRESET, EPIPE].contains(error.errnoCode)
        default: false
        }
    }
}

extension HTTPClientError {
    fileprivate var reason: String {
        switch self {
        case .proxyAuthenticationRequired: "the proxy requires a user and password (407); put them into its URL"
        case .invalidProxyResponse: "the proxy refuses to connect to it"
        case .httpProxyHandshakeTimeout: "the proxy does not respond"
        case .remoteConnectionClosed, .uncleanShutdown: "connection closed before the response was complete"
        case .connectTimeout: "connection timed out"
        case .tlsHandshakeTimeout: "TLS handshake timed out"
        case .socksHandshakeTimeout: "the proxy does not respond"
        default: shortDescription
        }
    }
}

extension IOError {
    /// The system's message without the name of the system call.
    var shortReason: String {
        String(cString: strerror(errnoCode)).lowercased()
    }
}

/// Explains TLS errors to an operator.
private enum TLSFailure {
    /// nil if it is not a TLS error.
    static func reason(of error: any Error) -> String? {
        switch error {
        case let error as NIOSSLExtraError where error == .failedToValidateHostname:
            "certificate is for another host name"
        case let error as NIOSSLError: reason(in: "\(error)")
        default: nil
        }
    }

    /// BoringSSL reports a source location that contains the name of the failure.
    private static func reason(in text: String) -> String {
        switch text.firstMatch(of: #/OPENSSL_internal:(\w+)/#)?.1 {
        case "CERTIFICATE_VERIFY_FAILED"?:
            // BoringSSL does not report which one it is.
            "certificate signed by unknown authority (-ca-file adds one), expired, or not valid yet (check the clock)"
        case "WRONG_VERSION_NUMBER"?: "not a TLS server"
        case let name?: "TLS handshake failed: \(name)"
        case nil: "connection closed during TLS handshake"
        }
    }
}
