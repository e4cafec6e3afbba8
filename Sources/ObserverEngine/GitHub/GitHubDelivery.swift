/// A delivery as GitHub remembers it, for three days.
/// Source: https://docs.github.com/rest/repos/webhooks#list-deliveries-for-a-repository-webhook
package struct GitHubDelivery: Decodable, Sendable {
    package let id: Int
    package let guid: String
    package let event: String
    /// What became of it, in GitHub's words: `OK`, `failed to connect to host`.
    package let status: String
    package let statusCode: Int
    package let deliveredAt: String
}

/// One delivery with what was sent.
package struct GitHubDeliveryDetail: Decodable, Sendable {
    package struct Request: Decodable, Sendable {
        /// nil where GitHub does not have it any more.
        package let payload: JSONValue?
    }

    package let request: Request
}
