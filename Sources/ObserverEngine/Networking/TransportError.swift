import AsyncHTTPClient
import Glibc
import NIOCore
import NIOPosix

/// A request got no answer that could be read.
package struct TransportError: Error, Equatable, CustomStringConvertible {
    package enum Reason: Equatable, Sendable {
        case timedOut(after: Duration)
        case tooLarge(limit: Int)
        case unreachable(String)
        case redirectedTooOften
    }

    /// The address without its query, which may hold a token.
    package let url: String
    package let reason: Reason

    package var description: String {
        switch reason {
        case .timedOut(let limit): "\(url) did not answer within \(limit.brief)."
        case .tooLarge(let limit): "The answer of \(url) is larger than \(limit) bytes."
        case .unreachable(let detail): "Can't reach \(url): \(detail)."
        case .redirectedTooOften: "\(url) redirects in a circle."
        }
    }

    /// The reason alone: "connection refused".
    package var detail: String {
        switch reason {
        case .timedOut(let limit): "no answer within \(limit.brief)"
        case .tooLarge(let limit): "an answer larger than \(limit) bytes"
        case .unreachable(let detail): detail
        case .redirectedTooOften: "it redirects in a circle"
        }
    }

    init(url: String, reason: Reason) {
        self.url = String(url.prefix { $0 != "?" })
        self.reason = reason
    }

    /// What the HTTP client's own errors mean to an operator.
    init(url: String, underlying: any Error) {
        let reason: Reason =
            switch underlying {
            case let error as TimedOut: .timedOut(after: error.limit)
            case let error as NIOTooManyBytesError: .tooLarge(limit: error.maxBytes ?? 0)
            case let error as NIOConnectionError: .unreachable(Self.detail(of: error))
            case let error as HTTPClientError: .unreachable(error.shortDescription)
            case let error as IOError: .unreachable(error.shortReason)
            default: .unreachable(TLSFailure.reason(of: underlying) ?? "\(underlying)".firstLine)
            }
        self.init(url: url, reason: reason)
    }

    private static func detail(of error: NIOConnectionError) -> String {
        if let first = error.connectionErrors.first {
            return (first.error as? IOError)?.shortReason ?? TLSFailure.reason(of: first.error) ?? "\(first.error)"
        }
        return error.dnsAError != nil || error.dnsAAAAError != nil
            ? "the name \(error.host) is unknown" : "no connection to \(error.host):\(error.port)"
    }
}

extension IOError {
    /// The system's words without the name of the call.
    var shortReason: String {
        String(cString: strerror(errnoCode)).lowercased()
    }
}
