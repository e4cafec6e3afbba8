package import struct Foundation.Date

extension GitHubSimulator {
    /// A status that somebody attached to a commit.
    package struct CommitStatus: Sendable, Hashable, Identifiable {
        package let id: Int
        package let commit: String
        /// `pending`, `success`, `failure` or `error`.
        package let state: String
        package let context: String
        package let description: String?
        package let targetURL: String?
        package let createdAt: Date
    }
}
