/// A request to Marathon failed: what was requested, why it failed, and what an operator can do.
package struct MarathonError: RetryableError, CustomStringConvertible {
    package enum Reason: Sendable, Equatable {
        case unreachable(TransportError)
        /// 503 while no leader is elected, other 5xx, 408, 429, or the page of a proxy, also with 404.
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
    /// How to replace credentials that Marathon rejected.
    var access: MarathonAccess?

    package var isTransient: Bool {
        switch reason {
        case .unreachable(let error): error.isTransient
        case .unavailable: true
        case .credentialsRejected: access?.isRenewable ?? false
        default: false
        }
    }

    /// The observation of Marathon itself.
    package var observation: DependencyObservation {
        switch reason {
        case .unreachable(let error): .failed(reason: error.detail)
        case .unavailable(let status) where status < 300: .failed(reason: "unreadable response")
        case .unavailable(let status): .failed(reason: "status \(status)")
        case .credentialsRejected(let status): .refused(reason: "status \(status)")
        case .notFound, .locked, .invalid, .unexpected: .answered
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
            case .unreachable(let error): error.clause
            case .unavailable(let status) where [408, 429].contains(status):
                "Marathon at \(url) is overloaded (status \(status))."
            case .unavailable(404):
                "the response (status 404) is not from Marathon at \(url), but from a proxy or another server. "
                    + "Check -marathon."
            case .unavailable(let status) where status < 300:
                "the response from \(url) (status \(status)) can't be read; it is truncated or not from Marathon."
            case .unavailable(let status):
                "Marathon at \(url) is unavailable (status \(status)); it may have no leader."
            case .credentialsRejected(let status):
                "Marathon at \(url) rejected the credentials (status \(status)). "
                    + (access?.remedy ?? "")
            case .notFound: "Marathon at \(url) returned 404 (not found)."
            case .locked(let holders):
                "it is locked by Marathon deployment \(holders.joined(separator: ", "))."
            case .invalid(let status, let message, _): "Marathon returned \(status): \(message.printable)"
            case .unexpected(let status, let message): "Marathon returned \(status): \(message.printable)"
            }
        return "Can't \(operation): \(explanation)"
    }
}

/// Reads an error response of Marathon. Its bodies differ from case to case, and those of a proxy are HTML.
struct MarathonErrorReader {
    let operation: String
    let url: ServiceURL
    var access: MarathonAccess?
    /// Whether the request may be sent again after any error inside Marathon.
    let isRepeatable: Bool

    func error(_ response: JSONResponse) -> MarathonError {
        let body = try? response.decode(JSONValue.self)
        let message = Self.message(of: body)
        let reason: MarathonError.Reason =
            switch response.status {
            case 401, 403: .credentialsRejected(status: response.status)
            // A 404 of Marathon is JSON: the page of a proxy does not mean that the app is gone.
            case 404 where body == nil && !response.body.isEmpty: .unavailable(status: 404)
            case 404: .notFound
            case 409:
                if let holders = Self.holders(in: body) {
                    .locked(by: holders)
                } else {
                    .invalid(status: 409, message: message)
                }
            case 400, 422:
                .invalid(status: response.status, message: message, complaints: Self.complaints(in: body))
            case 408, 429, 502, 503, 504: .unavailable(status: response.status)
            case 500... where isRepeatable: .unavailable(status: response.status)
            default: .unexpected(status: response.status, message: message)
            }
        return MarathonError(
            operation: operation, url: url, reason: reason, retryAfter: response.retryAfter(), access: access)
    }

    private static func holders(in body: JSONValue?) -> [String]? {
        body?["deployments"]?.array?.compactMap { $0["id"]?.string ?? $0.string }
    }

    /// `message`, and `details` in its two forms: a string, or a list of paths with their errors.
    private static func message(of body: JSONValue?) -> String {
        let message = body?["message"]?.string ?? "no explanation"
        let texts =
            body?["details"]?.string.map { [$0] }
            ?? complaints(in: body).map { complaint in
                [complaint.path, complaint.errors.joined(separator: ", ")].filter { !$0.isEmpty }
                    .joined(separator: ": ")
            }
        return ([message] + texts).joined(separator: "; ")
    }

    private static func complaints(in body: JSONValue?) -> [MarathonError.Complaint] {
        (body?["details"]?.array ?? []).map { detail in
            MarathonError.Complaint(
                path: detail["path"]?.string ?? "", errors: (detail["errors"]?.array ?? []).compactMap(\.string))
        }
    }
}
