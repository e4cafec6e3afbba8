package import struct Foundation.Date

extension GitHubSimulator {
    /// A webhook of the repository.
    package struct Hook: Sendable, Hashable, Identifiable {
        package let id: Int
        package var url: String
        package var events: [String]
        package var isActive = true
        /// `json` or `form`.
        package var contentType = "form"
        package var secret: String?
        package var insecureSSL = "0"
        package var createdAt: Date
        package var updatedAt: Date
        package var lastResponse = LastResponse()

        package struct LastResponse: Sendable, Hashable {
            package var code: Int?
            package var status = "unused"
            package var message: String?
        }

        package func listens(to event: String) -> Bool {
            isActive && (events.contains(event) || events.contains("*"))
        }
    }
}
