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
        let fullName = payload.repository.fullName ?? ""
        let names = fullName.split(separator: "/").map(String.init)
        guard names.count == 2, fullName.utf8.count <= TextLimit.name else {
            throw Malformed(field: "repository.full_name")
        }
        let (author, pusher) = (payload.headCommit.author, payload.pusher.name ?? payload.sender.login)
        self.init(
            repository: RepositoryName(owner: names[0], name: names[1]), ref: ref,
            before: payload.before.flatMap(CommitID.init(_:)).flatMap { $0 == .zero ? nil : $0 },
            after: after == .zero || payload.deleted == true ? nil : after,
            message: payload.headCommit.message, author: author.name ?? author.username ?? pusher, pusher: pusher)
        repositoryID = payload.repository.id
        pushedAt = payload.repository.pushedAt.map { Date(timeIntervalSince1970: Double($0)) }
    }
}

/// The fields of a delivery's payload that are read. All are optional; `PushEvent` checks the required ones.
/// Source: https://docs.github.com/webhooks/webhook-events-and-payloads#push
struct WebhookPayload: Sendable {
    struct Person {
        private(set) var name: String?
        private(set) var login: String?
        private(set) var username: String?
    }

    struct Repository {
        /// Without it the name decides.
        private(set) var id: Int64?
        private(set) var fullName: String?
        /// In seconds; a string in other events than pushes.
        private(set) var pushedAt: Int64?
    }

    struct Commit {
        private(set) var message: String?
        private(set) var author = Person()
    }

    private(set) var ref: String?
    private(set) var before: String?
    private(set) var after: String?
    private(set) var deleted: Bool?
    private(set) var repository = Repository()
    private(set) var headCommit = Commit()
    private(set) var pusher = Person()
    private(set) var sender = Person()

    init(json: Data) throws(DeliveryRejection) {
        var reader = JSONReader(Array(json))
        do throws(JSONReader.Invalid) {
            try reader.readDocument { (name, reader) throws(JSONReader.Invalid) in try read(name, from: &reader) }
        } catch {
            throw .notJSON
        }
        if let field = reader.mismatch { throw .malformed(PushEvent.Malformed(field: field)) }
    }

    private mutating func read(_ name: JSONReader.Name, from reader: inout JSONReader) throws(JSONReader.Invalid) {
        switch name {
        case "ref": ref = try reader.string()
        case "before": before = try reader.string()
        case "after": after = try reader.string()
        case "deleted": deleted = try reader.bool()
        case "repository": try repository.read(from: &reader)
        case "head_commit": try headCommit.read(from: &reader)
        case "pusher": try pusher.read(from: &reader)
        case "sender": try sender.read(from: &reader)
        default: try reader.skip()
        }
    }

    /// Checks that the payload of any other event is a JSON object.
    static func checkObject(_ json: Data) throws(DeliveryRejection) {
        var reader = JSONReader(Array(json))
        do throws(JSONReader.Invalid) {
            try reader.readDocument { (_, reader) throws(JSONReader.Invalid) in try reader.skip() }
        } catch {
            throw .notJSON
        }
    }
}

extension WebhookPayload.Person {
    fileprivate mutating func read(from reader: inout JSONReader) throws(JSONReader.Invalid) {
        try reader.object { (name, reader) throws(JSONReader.Invalid) in
            switch name {
            case "name": self.name = try reader.string()
            case "login": login = try reader.string()
            case "username": username = try reader.string()
            default: try reader.skip()
            }
        }
    }
}

extension WebhookPayload.Repository {
    fileprivate mutating func read(from reader: inout JSONReader) throws(JSONReader.Invalid) {
        try reader.object { (name, reader) throws(JSONReader.Invalid) in
            switch name {
            case "id": id = try reader.integer()
            case "full_name": fullName = try reader.string()
            case "pushed_at": pushedAt = try reader.integer()
            default: try reader.skip()
            }
        }
    }
}

extension WebhookPayload.Commit {
    fileprivate mutating func read(from reader: inout JSONReader) throws(JSONReader.Invalid) {
        try reader.object { (name, reader) throws(JSONReader.Invalid) in
            switch name {
            case "message": message = try reader.string()
            case "author": try author.read(from: &reader)
            default: try reader.skip()
            }
        }
    }
}

/// The files that a push changes, according to its delivery.
enum PushedFiles {
    /// GitHub lists at most this many commits; GitHub Enterprise Server before 3.5 listed 20.
    /// Source: https://docs.github.com/webhooks/webhook-events-and-payloads#push
    private static let fullLists = [20, 2048]
    /// GitHub lists at most this many files of a commit.
    /// Source: https://docs.github.com/webhooks/webhook-events-and-payloads#push
    private static let fullCommit = 3000
    /// Each is compared with every pattern.
    private static let limit = 10_000

    private struct Payload: Decodable {
        struct Commit: Decodable {
            let added: [String]?
            let removed: [String]?
            let modified: [String]?
        }

        let created: Bool?
        let forced: Bool?
        let commits: [Commit]?
    }

    /// - Returns: nil if the delivery does not list all of them: the branch is new or was moved by force, or the list is
    ///   cut off.
    static func list(in json: Data) -> [String]? {
        guard let payload = try? JSONDecoder().decode(Payload.self, from: json), payload.created == false,
            payload.forced == false, let commits = payload.commits, !commits.isEmpty,
            !fullLists.contains(commits.count), commits.count < 2048
        else { return nil }
        var files: [String] = []
        for commit in commits {
            guard let added = commit.added, let removed = commit.removed, let modified = commit.modified else {
                return nil
            }
            let changed = added + removed + modified
            if changed.count >= fullCommit { return nil }
            files += changed
            if files.count > limit { return nil }
        }
        return files
    }
}
