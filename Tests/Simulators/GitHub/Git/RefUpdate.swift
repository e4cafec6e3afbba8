/// What happened to a ref, for the payload of a push.
struct RefUpdate: Sendable {
    var ref: String
    var before: String
    var after: String
    var isForced: Bool
    /// Oldest first.
    var commits: [GitCommit]
    var head: GitCommit?

    var isCreation: Bool { before == GitRepository.zeros }
    var isDeletion: Bool { after == GitRepository.zeros }
    var shortName: String { ref.split(separator: "/").dropFirst(2).joined(separator: "/") }
    var kind: String { ref.hasPrefix("refs/tags/") ? "tag" : "branch" }
}
