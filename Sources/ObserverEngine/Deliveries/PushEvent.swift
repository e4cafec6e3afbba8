package import Foundation

/// A push as GitHub tells it, with all the fields that we need.
package struct PushEvent: Equatable, Sendable {
    /// A push without a needed field, or with one that makes no sense.
    package struct Malformed: Error, Equatable, CustomStringConvertible {
        package let field: String

        package var description: String { "the push event has no usable \(field)" }
    }

    package let repository: RepositoryName
    package private(set) var ref: String
    /// nil for a new branch.
    package let before: CommitID?
    /// nil for a deleted branch.
    package let after: CommitID?
    /// Of the head commit.
    package private(set) var message: String?
    package private(set) var author: String?
    /// The login of who pushed.
    package private(set) var pusher: String?

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

    init(
        repository: RepositoryName, ref: String, before: CommitID?, after: CommitID?, message: String?, author: String?,
        pusher: String?
    ) {
        self.repository = repository
        self.ref = ref
        self.before = before
        self.after = after
        self.message = message
        self.author = author
        self.pusher = pusher
    }

    /// The head commit; nil for a deleted branch.
    package var commit: CommitInfo? {
        after.map { CommitInfo($0, previous: before, message: message, author: author, pusher: pusher) }
    }

    /// Without secrets, and with long texts cut, as it may be stored.
    func redacted(by redactor: Redactor, includingRef: Bool) -> PushEvent {
        var clean = self
        clean.message = redactor.redact(message, toBytes: TextLimit.message)
        clean.author = redactor.redact(author, toBytes: TextLimit.name)
        clean.pusher = redactor.redact(pusher, toBytes: TextLimit.name)
        if includingRef { clean.ref = redactor.redact(ref).beginning(ofBytes: TextLimit.ref) }
        return clean
    }

    /// The branch's name; nil where the ref is a tag or something else.
    package var branch: String? {
        ref.hasPrefix("refs/heads/") ? String(ref.dropFirst("refs/heads/".count)) : nil
    }
}
