package import Foundation

/// A push, with the fields of GitHub's event that are used.
package struct PushEvent: Equatable, Sendable {
    /// How long GitHub's API may lag behind its webhooks.
    static let gitHubLag = Duration.seconds(5)

    package let repository: RepositoryName
    /// GitHub's ID of the repository; nil in rows of the store.
    package internal(set) var repositoryID: Int64?
    /// GitHub's time of the push, in whole seconds; nil in rows of versions that did not store it.
    package internal(set) var pushedAt: Date?
    package private(set) var ref: String
    /// nil for a new branch.
    package let before: CommitID?
    /// nil for a deleted branch.
    package let after: CommitID?
    /// The head commit's message.
    package private(set) var message: String?
    package private(set) var author: String?
    /// The login of the account that pushed.
    package private(set) var pusher: String?

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

    /// When it was pushed, at the latest. A delivery may arrive, or be delivered again, much later.
    func pushed(before arrival: Date) -> Date {
        pushedAt.map { min($0 + 1, arrival) } ?? arrival
    }

    /// The head commit; nil for a deleted branch.
    package var commit: CommitInfo? {
        after.map { CommitInfo($0, previous: before, message: message, author: author, pusher: pusher) }
    }

    /// Whether it is to a repository, by its ID if both are known, else by its name.
    package func isTo(_ name: RepositoryName, id: Int64?) -> Bool {
        if let id, let repositoryID { return id == repositoryID }
        return repository == name
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

    /// The branch's name; nil if the ref is a tag or something else.
    package var branch: String? {
        ref.hasPrefix("refs/heads/") ? String(ref.dropFirst("refs/heads/".count)) : nil
    }
}

/// Why a push deploys nothing, although it is to the watched branch.
package enum PushSkip: String, Equatable, Sendable {
    /// The head commit's message asks for it.
    case message
    /// No file that it changes matters to the deployment.
    case paths

    /// The verdict's reason.
    package var reason: String {
        switch self {
        case .message: "the message of the head commit contains \(PushRules.marker)"
        case .paths: "no changed file matches -paths"
        }
    }
}

/// Which pushes to the watched branch deploy nothing.
package struct PushRules: Equatable, Sendable {
    /// In the message of a head commit, in any case.
    package static let marker = "[skip deploy]"

    /// nil: every change matters.
    package var paths: PathPatterns?

    package init(paths: PathPatterns? = nil) {
        self.paths = paths
    }

    /// - Parameter changedFiles: nil if they are not known; such a push is deployed.
    package func skip(message: String?, changedFiles: [String]? = nil) -> PushSkip? {
        if let message, message.lowercased().contains(Self.marker) { return .message }
        guard let paths, let changedFiles, !changedFiles.contains(where: paths.include) else { return nil }
        return .paths
    }
}
