package import struct Foundation.Date

extension GitHubSimulator {
    /// A personal access token that the simulated GitHub knows.
    package struct Token: Sendable, Hashable {
        package var value: String
        package var kind: Kind
        package var expires: Date?
        /// False: the repository does not exist for this token.
        package var seesRepository = true
        /// Where single sign-on has to be authorized first, as an organization may demand; nil where it has been.
        package var singleSignOnURL: String?

        package enum Kind: Sendable, Hashable {
            case classic(scopes: [String])
            /// `hooks`, `contents`, `statuses` -> `read` or `write`.
            case fineGrained(permissions: [String: String])
        }

        package init(value: String, kind: Kind, expires: Date? = nil) {
            self.value = value
            self.kind = kind
            self.expires = expires
        }

        /// A classic token that may do everything an observer needs.
        package static let standard = Token(
            value: "4simulatedsimulatedsimulatedsimulatedsic",
            kind: .classic(scopes: ["repo", "admin:repo_hook"])
        )
    }
}
