import Foundation

/// What we read of a delivery's body. Everything may be missing; what a push needs is checked in `PushEvent`.
/// Source: https://docs.github.com/webhooks/webhook-events-and-payloads#push
struct WebhookPayload: Decodable, Sendable {
    struct Person: Decodable, Sendable {
        let name: String?
        let login: String?
        let username: String?
    }

    struct Repository: Decodable, Sendable {
        let fullName: String?
    }

    struct Commit: Decodable, Sendable {
        let message: String?
        let author: Person?
    }

    let ref: String?
    let before: String?
    let after: String?
    let deleted: Bool?
    let repository: Repository?
    let headCommit: Commit?
    let pusher: Person?
    let sender: Person?

    init(json: Data) throws(DeliveryRejection) {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do {
            self = try decoder.decode(Self.self, from: json)
        } catch DecodingError.typeMismatch(_, let context) where !context.codingPath.isEmpty {
            let field = context.codingPath.map(\.stringValue).joined(separator: ".")
            throw .malformed(PushEvent.Malformed(field: field))
        } catch {
            throw .notJSON
        }
    }

    /// Of an event that we do not read further: whether its body is a JSON object at all.
    static func checkObject(_ json: Data) throws(DeliveryRejection) {
        struct AnyObject: Decodable {
            struct Key: CodingKey {
                let stringValue: String
                let intValue: Int? = nil
                init?(stringValue: String) { self.stringValue = stringValue }
                init?(intValue: Int) { nil }
            }

            init(from decoder: any Decoder) throws {
                _ = try decoder.container(keyedBy: Key.self)
            }
        }
        do {
            _ = try JSONDecoder().decode(AnyObject.self, from: json)
        } catch {
            throw .notJSON
        }
    }
}
