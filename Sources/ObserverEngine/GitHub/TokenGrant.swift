package import Foundation
import NIOHTTP1

/// The token's permissions, as GitHub reports them.
package struct TokenGrant: Equatable, Sendable {
    /// Of a classic token; a fine-grained one shows no scopes.
    package let scopes: [String]?
    package let expiresAt: Date?
    /// The repository's name on GitHub: differs from the configured one after a rename.
    package let repository: String
    /// GitHub's ID of the repository; nil if GitHub did not report it.
    package let repositoryID: Int64?
    /// The time of the response, by GitHub's clock.
    package let answeredAt: Date?
    /// The website of this GitHub.
    let webURL: String

    init(
        headers: HTTPHeaders, repository: String, repositoryID: Int64? = nil, answeredAt: Date? = nil,
        webURL: String = "https://github.com"
    ) {
        self.repository = repository
        self.repositoryID = repositoryID
        self.webURL = webURL
        self.answeredAt = answeredAt
        scopes = headers.scopes("X-OAuth-Scopes")
        expiresAt = headers.first(name: "github-authentication-token-expiration").flatMap(Self.date(of:))
    }

    package init(
        scopes: [String]?, expiresAt: Date?, repository: String, repositoryID: Int64? = nil, answeredAt: Date? = nil
    ) {
        self.repository = repository
        self.repositoryID = repositoryID
        webURL = "https://github.com"
        self.answeredAt = answeredAt
        self.scopes = scopes
        self.expiresAt = expiresAt
    }

    /// For the log: "classic token with scopes repo", "fine-grained token".
    package var summary: String {
        scopes.map { "classic token with scopes \($0.isEmpty ? "(none)" : $0.joined(separator: ", "))" }
            ?? "fine-grained token"
    }

    /// Whether the token may manage webhooks; nil if only a request shows it.
    package var managesHooks: Bool? { holds(anyOf: ["repo", "public_repo", "admin:repo_hook", "write:repo_hook"]) }

    /// Whether the token may report commit statuses; nil if only a request shows it.
    package var reportsStatuses: Bool? { holds(anyOf: ["repo", "public_repo", "repo:status"]) }

    /// Warnings for the operator before the token fails.
    package func warnings(now: Date) -> [String] {
        var warnings: [String] = []
        if let expiresAt, expiresAt.timeIntervalSince(now) < 7 * 86_400 {
            let hours = max(0, Int(expiresAt.timeIntervalSince(now) / 3600))
            warnings.append(
                "The personal access token expires at \(expiresAt.rfc3339), in \(hours / 24) days and \(hours % 24) hours. "
                    + "Create a new one at \(webURL)/settings/tokens.")
        }
        let scopes = scopes.map { $0.isEmpty ? "none" : $0.joined(separator: ", ") } ?? ""
        if managesHooks == false {
            warnings.append(
                "The token can't manage webhooks: its scopes are \(scopes); grant admin:repo_hook or repo.")
        }
        if reportsStatuses == false {
            warnings.append("The token can't report commit statuses: its scopes are \(scopes); grant repo:status.")
        }
        return warnings
    }

    private func holds(anyOf wanted: Set<String>) -> Bool? {
        scopes.map { !wanted.isDisjoint(with: $0) }
    }

    /// `2026-12-01 12:00:00 UTC`, or with an offset such as `+0200`.
    private static func date(of text: String) -> Date? {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "UTC")
        for format in ["yyyy-MM-dd HH:mm:ss zzz", "yyyy-MM-dd HH:mm:ss Z"] {
            formatter.dateFormat = format
            if let date = formatter.date(from: text) { return date }
        }
        return nil
    }
}

extension HTTPHeaders {
    /// A list of scopes; nil if the header is missing, empty if it is empty.
    func scopes(_ name: String) -> [String]? {
        first(name: name).map { value in
            value.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        }
    }
}
