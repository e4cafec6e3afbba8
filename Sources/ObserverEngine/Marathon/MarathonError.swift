/// A request to Marathon failed: what was requested, why it failed, and what an operator can do.
package struct MarathonError: RetryableError, CustomStringConvertible {
    package enum Reason: Sendable, Equatable {
        case unreachable(TransportError)
        /// 503 while no leader is elected, other 5xx, or the page of a proxy.
        case unavailable(status: Int)
        /// 401 and 403
        case credentialsRejected(status: Int)
        case notFound
        /// 409: Marathon deployments lock the app.
        case locked(by: [String])
        /// 400, 409, 422: the message, and the places it is about.
        case invalid(status: Int, message: String, complaints: [Complaint] = [])
        case unexpected(status: Int, message: String)
    }

    /// A problem at one place in the request: in the app `(0)` of a list, or in `/id`.
    package struct Complaint: Sendable, Equatable {
        package let path: String
        package let errors: [String]
    }

    /// The request, as it follows "Can't".
    package let operation: String
    package let url: ServiceURL
    package let reason: Reason
    package let retryAfter: Duration?

    package var isTransient: Bool {
        switch reason {
        case .unreachable, .unavailable: true
        default: false
        }
    }

    /// Whether the change may have been made anyway: Marathon stores it before it answers.
    var leavesDoubt: Bool {
        switch reason {
        case .unexpected(let status, _): status >= 500
        default: false
        }
    }

    package var description: String {
        let explanation =
            switch reason {
            case .unreachable(let error): "\(error)"
            case .unavailable(let status):
                "Marathon at \(url) is unavailable (status \(status)); it may have no leader."
            case .credentialsRejected(let status):
                "Marathon at \(url) rejected the credentials (status \(status)). "
                    + "Set DPLOY_MARATHON_USER and DPLOY_MARATHON_PASSWORD, or DPLOY_MARATHON_TOKEN."
            case .notFound: "Marathon at \(url) returned 404 (not found)."
            case .locked(let holders):
                "it is locked by Marathon deployment \(holders.joined(separator: ", "))."
            case .invalid(let status, let message, _): "Marathon returned \(status): \(message.printable)"
            case .unexpected(let status, let message): "Marathon returned \(status): \(message.printable)"
            }
        return "Can't \(operation): \(explanation)"
    }
}
