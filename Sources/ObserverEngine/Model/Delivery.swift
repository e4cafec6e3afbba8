package import Foundation

/// A signed delivery as it is stored.
package struct Delivery: Equatable, Sendable, Identifiable {
    package typealias Verdict = DeliverySummary.Verdict
    package typealias Header = DeliveryDetail.Header

    /// Identifies a delivery; a redelivery keeps both.
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
    /// The pushed commit; nil for other events.
    package internal(set) var push: PushEvent?
    package var verdict: Verdict
    package var reason: String?
    /// Why the rules skip it; nil in rows of the store.
    package private(set) var skip: PushSkip?
    /// Without credentials.
    package private(set) var headers: [Header]
    package private(set) var body: Data
    /// The deployment that this delivery queued.
    package var deployment: Int64?
    /// The deployment of a newer push, if none belongs to this one, which was recovered later.
    var supersededBy: Int64?

    /// The request from GitHub, as it is stored.
    package struct Payload: Sendable {
        package let headers: [Header]
        package let body: Data

        package init(headers: [Header] = [], body: Data) {
            self.headers = headers
            self.body = body
        }
    }

    /// - Parameter repository: The watched one, with its name in the settings; for any other, the one of the push.
    package init(
        key: Key, event: String, receivedAt: Date, repository: RepositoryName, push: PushEvent?,
        verdict: DeliveryVerdict, payload: Payload
    ) {
        self.key = key
        self.event = event
        self.receivedAt = receivedAt
        self.repository = repository
        self.push = push
        headers = payload.headers
        body = payload.body
        switch verdict {
        case .accepted:
            self.verdict = .accepted
        case .ping:
            self.verdict = .ping
        case .skipped(_, let skip):
            self.verdict = .ignored
            self.skip = skip
            reason = skip.reason
        case .ignored(let reason):
            self.verdict = .ignored
            self.reason = reason
        }
    }

    /// Deploys a push that the rules could skip.
    mutating func accept() {
        (verdict, reason, skip) = (.accepted, nil, nil)
    }

    /// The name of the pushed branch.
    package var branch: String? { push?.branch }
    package var commit: CommitID? { push?.after }

    /// Without secrets, and with long texts cut, as it may be stored.
    func redacted(by redactor: Redactor) -> Delivery {
        var clean = self
        // The watched branch is not a secret, and its name must stay as it is.
        clean.push = push?.redacted(by: redactor, includingRef: verdict != .accepted && skip == nil)
        clean.reason = redactor.redact(reason, toBytes: TextLimit.ref)
        clean.body = redactor.redact(json: body)
        return clean
    }

    /// Without headers and body, which may be large.
    var withoutPayload: Delivery {
        var small = self
        (small.headers, small.body) = ([], Data())
        return small
    }
}

/// The decision about a delivery with a valid signature.
package enum DeliveryVerdict: Equatable, Sendable {
    /// A push to the watched branch: its commit is deployed.
    case accepted(commit: CommitID)
    /// A push to the watched branch that the rules skip.
    case skipped(commit: CommitID, PushSkip)
    case ping
    case ignored(reason: String)

    /// - Parameters:
    ///   - repositoryID: GitHub's ID of the watched repository, once it is known.
    ///   - changedFiles: Those of the push, if they are known.
    package static func judge(
        event: String, push: PushEvent?, watched: WatchedBranch, repositoryID: Int64? = nil,
        rules: PushRules = PushRules(), changedFiles: [String]? = nil
    ) -> DeliveryVerdict {
        if event == "ping" { return .ping }
        guard let push else { return .ignored(reason: "the event '\(event)' deploys nothing") }
        guard push.isTo(watched.repository, id: repositoryID) else {
            let isNamesake = push.repository == watched.repository
            return .ignored(
                reason: isNamesake
                    ? "\(push.repository) is another repository now" : "\(push.repository) is not \(watched.repository)"
            )
        }
        guard let pushed = push.branch else {
            return .ignored(reason: "\(push.ref.droppingRefs) is not a branch")
        }
        guard pushed == watched.name else { return .ignored(reason: "branch \(pushed) is not watched") }
        guard let commit = push.after else { return .ignored(reason: "the branch \(watched.name) was deleted") }
        if let skip = rules.skip(message: push.message, changedFiles: changedFiles) {
            return .skipped(commit: commit, skip)
        }
        return .accepted(commit: commit)
    }
}

extension String {
    fileprivate var droppingRefs: String {
        if hasPrefix("refs/tags/") { return "the tag " + dropFirst("refs/tags/".count) }
        return self
    }
}
