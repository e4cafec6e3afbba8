package import Foundation

/// A signed delivery as it is stored.
package struct Delivery: Equatable, Sendable, Identifiable {
    package typealias Verdict = DeliverySummary.Verdict
    package typealias Header = DeliveryDetail.Header

    /// What GitHub identifies a delivery by: redelivered, it keeps both.
    package struct Key: Hashable, Sendable {
        package let hookID: Int
        package let guid: String

        package init(hookID: Int, guid: String) {
            self.hookID = hookID
            self.guid = guid
        }
    }

    /// 0 until it is stored.
    package var id: Int64 = 0
    package let key: Key
    package let event: String
    package let receivedAt: Date
    package let repository: RepositoryName
    package private(set) var ref: String?
    package private(set) var branch: String?
    package let before: CommitID?
    package let commit: CommitID?
    package private(set) var message: String?
    package private(set) var author: String?
    package private(set) var pusher: String?
    package var verdict: Verdict
    package var reason: String?
    /// Without credentials.
    package let headers: [Header]
    package private(set) var body: Data
    /// The deployment that it brought about.
    package var deployment: Int64?

    /// - Parameter repository: The one that we watch, as we spell it.
    package init(
        key: Key, event: String, receivedAt: Date, repository: RepositoryName, push: PushEvent?,
        verdict: DeliveryVerdict, headers: [Header], body: Data
    ) {
        self.key = key
        self.event = event
        self.receivedAt = receivedAt
        // GitHub may use other capitals; all rows of a repository bear the same name.
        self.repository = push.map(\.repository).flatMap { $0.isSame(as: repository) ? nil : $0 } ?? repository
        self.ref = push?.ref
        self.branch = push?.branch
        self.before = push?.before
        self.commit = push?.after
        self.message = push?.message
        self.author = push?.author
        self.pusher = push?.pusher
        self.headers = headers
        self.body = body
        switch verdict {
        case .accepted:
            self.verdict = .accepted
        case .ping:
            self.verdict = .ping
        case .ignored(let reason):
            self.verdict = .ignored
            self.reason = reason
        }
    }

    init(
        id: Int64, key: Key, event: String, receivedAt: Date, repository: RepositoryName, ref: String?,
        branch: String?, before: CommitID?, commit: CommitID?, message: String?, author: String?, pusher: String?,
        verdict: Verdict, reason: String?, headers: [Header], body: Data, deployment: Int64?
    ) {
        self.id = id
        self.key = key
        self.event = event
        self.receivedAt = receivedAt
        self.repository = repository
        self.ref = ref
        self.branch = branch
        self.before = before
        self.commit = commit
        self.message = message
        self.author = author
        self.pusher = pusher
        self.verdict = verdict
        self.reason = reason
        self.headers = headers
        self.body = body
        self.deployment = deployment
    }

    /// As it is kept: without the secrets that somebody has put into a commit or a name, and with the beginning of texts
    /// that are too long.
    func redacted(by redactor: Redactor) -> Delivery {
        var clean = self
        clean.message = redactor.redact(message, toBytes: TextLimit.message)
        clean.author = redactor.redact(author, toBytes: TextLimit.name)
        clean.pusher = redactor.redact(pusher, toBytes: TextLimit.name)
        clean.reason = redactor.redact(reason, toBytes: TextLimit.ref)
        clean.body = redactor.redact(json: body)
        // The branch that we watch is no secret, and must stay what it is called.
        if verdict != .accepted {
            clean.ref = redactor.redact(ref, toBytes: TextLimit.ref)
            clean.branch = redactor.redact(branch, toBytes: TextLimit.ref)
        }
        return clean
    }
}
