package import Foundation

/// A push as GitHub tells it, with all the fields that we need.
package struct PushEvent: Equatable, Sendable {
    /// A push without a needed field, or with one that makes no sense.
    package struct Malformed: Error, Equatable, CustomStringConvertible {
        package let field: String

        package var description: String { "the push event has no usable \(field)" }
    }

    package let repository: RepositoryName
    package let ref: String
    /// nil for a new branch.
    package let before: CommitID?
    /// nil for a deleted branch.
    package let after: CommitID?
    /// Of the head commit.
    package let message: String?
    package let author: String?
    /// The login of who pushed.
    package let pusher: String?

    /// Reads the body of a delivery.
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
        self.ref = ref
        self.repository = RepositoryName(owner: names[0], name: names[1])
        self.before = payload.before.flatMap(CommitID.init(_:)).flatMap { $0 == .zero ? nil : $0 }
        self.after = after == .zero || payload.deleted == true ? nil : after
        self.message = payload.headCommit?.message
        self.author =
            payload.headCommit?.author?.name ?? payload.headCommit?.author?.username
            ?? payload.pusher?.name ?? payload.sender?.login
        self.pusher = payload.pusher?.name ?? payload.sender?.login
    }

    /// The branch's name; nil where the ref is a tag or something else.
    package var branch: String? {
        ref.hasPrefix("refs/heads/") ? String(ref.dropFirst("refs/heads/".count)) : nil
    }
}
