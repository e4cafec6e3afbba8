/// GitHub did not do what we asked: what, why, and what an operator can do.
package struct GitHubError: RetryableError, CustomStringConvertible {
    package enum Reason: Sendable, Equatable {
        case unreachable(TransportError)
        /// 5xx, or an answer that is not GitHub's.
        case unavailable(status: Int)
        case rateLimited
        /// 401
        case tokenRefused
        /// 403 that waiting does not mend.
        case forbidden(Forbidden)
        case notFound
        /// 422
        case invalid([InvalidField], message: String)
        case unexpected(status: Int, message: String)
    }

    package enum Forbidden: Sendable, Equatable {
        /// The organization wants the token authorized for its single sign-on, at this address.
        case singleSignOn(url: String?)
        /// A fine-grained token lacks a permission, for example `repository_hooks=write`.
        case missingPermission(String?)
        /// A classic token lacks one of these scopes.
        case missingScope([String])
        case other(message: String)
    }

    /// One entry of the `errors` array of a 422.
    package struct InvalidField: Sendable, Equatable {
        package let code: String?
        package let message: String?
    }

    /// What we wanted, as it follows "Can't": "register the webhook".
    package let operation: String
    package let repository: RepositoryName
    package let reason: Reason
    package let retryAfter: Duration?

    package var isTransient: Bool {
        switch reason {
        case .unreachable, .unavailable, .rateLimited: true
        case .tokenRefused, .forbidden, .notFound, .invalid, .unexpected: false
        }
    }

    package var description: String { "Can't \(operation): \(explanation)" }

    /// The reason and the remedy, without what we wanted.
    package var explanation: String {
        switch reason {
        case .unreachable(let error):
            "\(error)"
        case .unavailable(let status) where status < 300:
            "the answer (status \(status)) can't be read; it is not GitHub's own, or cut short."
        case .unavailable(let status):
            "GitHub is unavailable (status \(status))."
        case .rateLimited:
            "GitHub's rate limit is used up" + (retryAfter.map { "; it is lifted in \($0.brief)." } ?? ".")
        case .tokenRefused:
            "GitHub refuses the personal access token (401): it is wrong, expired or revoked. "
                + "Create a new one at https://github.com/settings/tokens"
        case .forbidden(let forbidden):
            forbidden.explanation.printable
        case .notFound:
            "GitHub answers 404 for \(repository): there is no such repository or resource, or the token may not see it. "
                + "Check owner and repo, and that the token has access to this repository."
        case .invalid(let fields, let message):
            "GitHub finds the request invalid: "
                + ([message] + fields.compactMap { $0.message ?? $0.code }).joined(separator: "; ").printable
        case .unexpected(let status, let message):
            "GitHub answers \(status): \(message.printable)"
        }
    }
}

extension GitHubError.Forbidden {
    fileprivate var explanation: String {
        switch self {
        case .singleSignOn(let url):
            "the organization requires single sign-on for this token (403). "
                + "Authorize it at \(url ?? "https://github.com/settings/tokens")"
        case .missingPermission(let permission):
            "the fine-grained token lacks the permission \(permission ?? "that this needs") (403). "
                + "Grant it at https://github.com/settings/personal-access-tokens"
        case .missingScope(let scopes):
            "the token lacks the scope \(scopes.joined(separator: " or ")) (403). "
                + "Grant it at https://github.com/settings/tokens"
        case .other(let message):
            "GitHub forbids it (403): \(message)"
        }
    }
}
