/// Marathon did not do what we asked: what, why, and what an operator can do.
package struct MarathonError: RetryableError, CustomStringConvertible {
    package enum Reason: Sendable, Equatable {
        case unreachable(TransportError)
        /// 503 while no leader is elected, other 5xx, or a proxy's page.
        case unavailable(status: Int)
        /// 401 and 403
        case refusesCredentials(status: Int)
        case notFound
        /// 409: deployments at Marathon hold the app.
        case locked(by: [String])
        /// 400, 409, 422: what it says, and of which places.
        case invalid(status: Int, message: String, complaints: [Complaint] = [])
        case unexpected(status: Int, message: String)
    }

    /// What is wrong at one place of what we sent: of the app `(0)` in a list, or of `/id`.
    package struct Complaint: Sendable, Equatable {
        package let path: String
        package let errors: [String]
    }

    /// What we wanted, as it follows "Can't".
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

    /// Whether the change may have been made all the same: Marathon stores it before it answers.
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
                "Marathon at \(url) is unavailable (status \(status)); perhaps it has no leader."
            case .refusesCredentials(let status):
                "Marathon at \(url) refuses us (status \(status)). "
                    + "Set DPLOY_MARATHON_USER and DPLOY_MARATHON_PASSWORD, or DPLOY_MARATHON_TOKEN."
            case .notFound: "Marathon at \(url) does not know it (status 404)."
            case .locked(let holders):
                "it is locked by the Marathon deployment \(holders.joined(separator: ", "))."
            case .invalid(let status, let message, _): "Marathon answers \(status): \(message.printable)"
            case .unexpected(let status, let message): "Marathon answers \(status): \(message.printable)"
            }
        return "Can't \(operation): \(explanation)"
    }
}
