import struct Foundation.Date

/// A failed request to GitHub: the operation, the reason, and what an operator can do.
package struct GitHubError: RetryableError, CustomStringConvertible {
    package enum Reason: Sendable, Equatable {
        case unreachable(TransportError)
        /// 5xx, or a response that is not from GitHub.
        case unavailable(status: Int)
        case rateLimited
        /// 401
        case tokenRefused
        /// 403 that waiting does not fix.
        case forbidden(Forbidden)
        case notFound
        /// The branch was renamed: its address redirects to another one.
        case branchRenamed(to: String)
        /// 422
        case invalid([InvalidField], message: String)
        case unexpected(status: Int, message: String)
    }

    package enum Forbidden: Sendable, Equatable {
        /// The organization requires the token to be authorized for single sign-on, at this address.
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

    /// Follows "Can't": "register the webhook".
    package let operation: String
    package let repository: RepositoryName
    package let reason: Reason
    package let retryAfter: Duration?
    /// The website of this GitHub.
    var webURL = "https://github.com"
    /// When a rate limit ends, by the local clock.
    var limitedUntil: Date?
    /// Whether it is a limit on too many requests at once, which is independent of those that are left.
    var isSecondaryLimit = false

    package var isTransient: Bool {
        switch reason {
        case .unreachable(let error): error.isTransient
        case .unavailable, .rateLimited: true
        case .tokenRefused, .forbidden, .notFound, .branchRenamed, .invalid, .unexpected: false
        }
    }

    /// Whether GitHub rejects the token for every request: it is invalid, or no longer authorized for the organization.
    package var rejectsToken: Bool { reason.rejectsToken }

    /// The observation of GitHub itself.
    var observation: DependencyObservation {
        switch reason {
        case .unreachable(let error): .failed(reason: error.detail)
        case .unavailable(let status) where status < 300: .failed(reason: "unreadable response")
        case .unavailable(let status) where reason.isOtherWebsite:
            .failed(reason: "status \(status) from a proxy or another website")
        case .unavailable(let status): .failed(reason: "status \(status)")
        case .tokenRefused: .refused(reason: "status 401")
        case .forbidden(.singleSignOn): .refused(reason: "single sign-on required")
        case .rateLimited, .forbidden, .notFound, .branchRenamed, .invalid, .unexpected: .answered
        }
    }

    package var description: String { "Can't \(operation): \(explanation)" }

    /// The reason and the remedy, without the operation.
    package var explanation: String {
        // The time shows that it ends by itself.
        reason == .rateLimited ? cause : [cause, remedy].compactMap(\.self).joined(separator: " ")
    }

    /// The next step for an operator; nil if it may pass by itself.
    package var remedy: String? {
        switch reason {
        case .unavailable(let status) where status < 300 || reason.isOtherWebsite:
            "Check the proxy, and -github-api: the API of GitHub Enterprise Server is at https://HOST/api/v3."
        case .unreachable(let error) where error.redirect != nil:
            "Check -github-api, and that this machine can reach the other server."
        case .rateLimited: "Wait until \(limitedUntil?.utcMinute ?? "it is over"); the observer retries automatically."
        case .unreachable, .unavailable, .invalid, .unexpected: nil
        case .tokenRefused: "Create a new one at \(webURL)/settings/tokens."
        case .forbidden(let forbidden): forbidden.remedy(webURL)?.printable
        case .notFound: "Check owner and repo, and the token's access to this repository."
        case .branchRenamed: "Set -branch to the new name, or push the branch again."
        }
    }

    /// Why it failed, to follow a colon.
    package var cause: String {
        switch reason {
        case .unreachable(let error):
            error.clause
        case .unavailable(let status) where status < 300:
            "the response (status \(status)) can't be read; it is truncated or not from GitHub."
        case .unavailable(let status) where reason.isOtherWebsite:
            "the response (status \(status)) is not from GitHub's API, but from a proxy or another website."
        case .unavailable(let status):
            "GitHub is unavailable (status \(status))."
        case .rateLimited:
            limitCause
        case .tokenRefused:
            "GitHub rejected the personal access token (401): it is invalid, expired or revoked."
        case .forbidden(let forbidden):
            forbidden.cause.printable
        case .notFound:
            "GitHub returned 404 for \(repository): the repository or resource does not exist, or the token has no access."
        case .branchRenamed(let name):
            "the branch is gone; \(repository) has renamed it to \(name.printable)."
        case .invalid(let fields, let message):
            "GitHub rejected the request as invalid: "
                + ([message] + fields.compactMap { $0.message ?? $0.code }).joined(separator: "; ").printable.asSentence
        case .unexpected(let status, let message):
            "GitHub returned \(status)\(message.isEmpty ? "." : ": \(message.printable.asSentence)")"
        }
    }
}

extension GitHubError {
    private var limitCause: String {
        let until = limitedUntil?.utcMinute
        guard isSecondaryLimit else {
            return "GitHub's rate limit is exhausted\(until.map { "; it resets at \($0)" } ?? "")."
        }
        return "GitHub rejects requests\(until.map { " until \($0)" } ?? ""): there were too many at once "
            + "(secondary rate limit)."
    }
}

extension GitHubError.Reason {
    var rejectsToken: Bool {
        switch self {
        case .tokenRefused, .forbidden(.singleSignOn): true
        default: false
        }
    }

    /// Whether a proxy or another website refused the request, not GitHub.
    var isOtherWebsite: Bool {
        guard case .unavailable(let status) = self else { return false }
        return (400..<500).contains(status) && ![408, 425, 429].contains(status)
    }
}

extension GitHubError.Forbidden {
    fileprivate var cause: String {
        switch self {
        case .singleSignOn:
            "the organization requires single sign-on for this token (403)."
        case .missingPermission(let permission):
            "the fine-grained token lacks \(permission.map { "the permission \($0)" } ?? "a required permission") (403)."
        case .missingScope(let scopes):
            "the token lacks the scope \(scopes.joined(separator: " or ")) (403)."
        case .other(let message):
            "GitHub rejected the request (403)" + (message.isEmpty ? "." : ": \(message.asSentence)")
        }
    }

    fileprivate func remedy(_ webURL: String) -> String? {
        switch self {
        case .singleSignOn(let url): "Authorize it at \(url ?? "\(webURL)/settings/tokens")."
        case .missingPermission: "Grant it at \(webURL)/settings/personal-access-tokens."
        case .missingScope: "Grant it at \(webURL)/settings/tokens."
        case .other: nil
        }
    }
}

extension Date {
    /// `17:35 UTC`, rounded up: a sentence that is stored must stay true.
    fileprivate var utcMinute: String {
        let minute = Date(timeIntervalSince1970: ((timeIntervalSince1970 - 1) / 60).rounded(.up) * 60)
        return "\(minute.rfc3339.dropFirst(11).prefix(5)) UTC"
    }
}

extension GitHubError {
    /// Why the webhook could not be registered, and what an operator can do.
    /// - Parameter url: The webhook's address.
    func registrationSentence(url: String) -> String {
        switch reason {
        case .invalid where mentions("more than 20"), .invalid where mentions("20 hooks"):
            "Can't register the webhook: the repository already has 20 webhooks for this event, GitHub's limit. "
                + "Remove one at \(webURL)/\(repository)/settings/hooks."
        case .invalid where mentions("reachable"), .invalid where mentions("not supported"):
            "Can't register the webhook: GitHub reports that \(url) is not reachable over the public internet. "
                + "Set DPLOY_PUBLIC_NODE or DPLOY_OBSERVER_PUBLIC_URL to a public address."
        case .notFound:
            "Can't register the webhook: GitHub returned 404 for the webhooks of \(repository). "
                + "The token can't manage them, or its owner is not an administrator of the repository. "
                + "Classic token: grant admin:repo_hook or repo; fine-grained token: grant webhooks read and write."
        default:
            description
        }
    }

    /// Whether GitHub's explanation of a 422 contains these words.
    func mentions(_ words: String) -> Bool {
        guard case .invalid(let fields, let message) = reason else { return false }
        return ([message] + fields.compactMap(\.message)).contains { $0.lowercased().contains(words.lowercased()) }
    }
}
