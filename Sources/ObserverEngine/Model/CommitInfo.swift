/// A commit and what is known about it.
package struct CommitInfo: Equatable, Sendable {
    package var id: CommitID
    /// The head of the branch before the push.
    package var previous: CommitID?
    package var message: String?
    package var author: String?
    /// The login of the person who pushed it; nil where the push was not reported by GitHub.
    package var pusher: String?

    package init(
        _ id: CommitID, previous: CommitID? = nil, message: String? = nil, author: String? = nil, pusher: String? = nil
    ) {
        self.id = id
        self.previous = previous
        self.message = message
        self.author = author
        self.pusher = pusher
    }

    /// Without secrets, and with long texts cut, as it may be stored.
    func redacted(by redactor: Redactor) -> CommitInfo {
        var clean = self
        clean.message = redactor.redact(message, toBytes: TextLimit.message)
        clean.author = redactor.redact(author, toBytes: TextLimit.name)
        clean.pusher = redactor.redact(pusher, toBytes: TextLimit.name)
        return clean
    }
}
