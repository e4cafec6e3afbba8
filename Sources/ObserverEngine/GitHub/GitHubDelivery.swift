/// A delivery as GitHub remembers it, for three days.
/// Source: https://docs.github.com/rest/repos/webhooks#list-deliveries-for-a-repository-webhook
package struct GitHubDelivery: Decodable, Sendable {
    package let id: Int
    package let guid: String
    package let event: String
    /// What became of it, in GitHub's words: `OK`, `failed to connect to host`.
    package let status: String?
    package let statusCode: Int?
    package let deliveredAt: String?

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(Int.self, forKey: .id)
        guid = try container.decode(String.self, forKey: .guid)
        event = try container.decode(String.self, forKey: .event)
        // What became of it is for people alone.
        status = try? container.decode(String.self, forKey: .status)
        statusCode = try? container.decode(Int.self, forKey: .statusCode)
        deliveredAt = try? container.decode(String.self, forKey: .deliveredAt)
    }

    private enum CodingKeys: CodingKey {
        case id, guid, event, status, statusCode, deliveredAt
    }
}

/// One delivery with what was sent.
package struct GitHubDeliveryDetail: Decodable, Sendable {
    package struct Request: Decodable, Sendable {
        /// nil where GitHub does not have it any more.
        package let payload: JSONValue?
    }

    package let request: Request?
}
