/// The ID of a commit: 40 hexadecimal digits, or 64 where a repository uses SHA-256.
package struct CommitID: Hashable, Sendable, Codable, CustomStringConvertible {
    /// GitHub's `before` of a new branch and `after` of a deleted one.
    package static let zero = CommitID(unchecked: String(repeating: "0", count: 40))

    package let description: String

    /// nil if the text is not a full commit ID. Ids become part of URLs and paths, so they are checked here.
    package init?(_ text: String) {
        guard text.utf8.count == 40 || text.utf8.count == 64, text.utf8.allSatisfy(Self.isHexadecimalDigit)
        else { return nil }
        self.init(unchecked: text.lowercased())
    }

    private init(unchecked text: String) {
        description = text
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let commit = CommitID(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a commit ID")
        }
        self = commit
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    /// The first seven digits, as GitHub shows it.
    package var short: String { description.shortCommit }

    private static func isHexadecimalDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }
}

extension String {
    /// The first seven digits of the ID of a commit, as GitHub shows it.
    package var shortCommit: String { String(prefix(7)) }
}

/// A commit and what is known about it.
package struct CommitInfo: Equatable, Sendable {
    package var id: CommitID
    /// The head of the branch before the push.
    package var previous: CommitID?
    package var message: String?
    package var author: String?
    /// The login of the person who pushed it; where no delivery reported the push, of its committer or author.
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
