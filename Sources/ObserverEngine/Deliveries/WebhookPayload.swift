package import Foundation

extension PushEvent {
    /// A push without a required field, or with one that can't be used.
    package struct Malformed: Error, Equatable, CustomStringConvertible {
        package let field: String

        package var description: String { "the push event has no usable \(field)" }
    }

    /// Parses the payload of a delivery.
    package init(json: Data) throws(DeliveryRejection) {
        let payload = try WebhookPayload(json: json)
        do { try self.init(payload) } catch { throw .malformed(error) }
    }

    private init(_ payload: WebhookPayload) throws(Malformed) {
        guard let ref = payload.ref, ref.hasPrefix("refs/") else { throw Malformed(field: "ref") }
        guard let after = payload.after.flatMap(CommitID.init(_:)) else { throw Malformed(field: "after") }
        let fullName = payload.repository?.fullName ?? ""
        let names = fullName.split(separator: "/").map(String.init)
        guard names.count == 2, fullName.utf8.count <= TextLimit.name else {
            throw Malformed(field: "repository.full_name")
        }
        self.init(
            repository: RepositoryName(owner: names[0], name: names[1]), ref: ref,
            before: payload.before.flatMap(CommitID.init(_:)).flatMap { $0 == .zero ? nil : $0 },
            after: after == .zero || payload.deleted == true ? nil : after,
            message: payload.headCommit?.message,
            author: payload.headCommit?.author?.name ?? payload.headCommit?.author?.username
                ?? payload.pusher?.name ?? payload.sender?.login,
            pusher: payload.pusher?.name ?? payload.sender?.login)
        repositoryID = payload.repository?.id
    }
}

/// The fields of a delivery's payload that are read. All are optional; `PushEvent` checks the required ones.
/// Source: https://docs.github.com/webhooks/webhook-events-and-payloads#push
struct WebhookPayload: Decodable, Sendable {
    struct Person: Decodable, Sendable {
        let name: String?
        let login: String?
        let username: String?
    }

    struct Repository: Decodable, Sendable {
        let id: Int64?
        let fullName: String?

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            // Without it the name decides.
            id = try? container.decode(Int64.self, forKey: .id)
            fullName = try container.decodeIfPresent(String.self, forKey: .fullName)
        }

        private enum CodingKeys: String, CodingKey {
            case id
            case fullName = "full_name"
        }
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

    /// Converting every key of a large payload takes longer than everything else that is done with it.
    private enum CodingKeys: String, CodingKey {
        case ref, before, after, deleted, repository, pusher, sender
        case headCommit = "head_commit"
    }

    init(json: Data) throws(DeliveryRejection) {
        do {
            self = try JSONDecoder().decode(Self.self, from: json)
        } catch DecodingError.typeMismatch(_, let context) where !context.codingPath.isEmpty {
            let field = context.codingPath.map(\.stringValue).joined(separator: ".")
            throw .malformed(PushEvent.Malformed(field: field))
        } catch {
            throw .notJSON
        }
    }

    /// Checks that the payload of any other event is a JSON object.
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
