/// A commit, as printed by `git log`.
struct GitCommit: Sendable, Hashable {
    var sha: String
    var tree: String
    var parents: [String]
    var author: Signature
    var committer: Signature
    var message: String
    var added: [String] = []
    var removed: [String] = []
    var modified: [String] = []

    struct Signature: Sendable, Hashable {
        var name: String
        var email: String
        var date: String
    }

    static let logFormat = "--format=%x1e%H%x1f%T%x1f%P%x1f%an%x1f%ae%x1f%aI%x1f%cn%x1f%ce%x1f%cI%x1f%B%x1f"

    /// Reads the output of `git log --name-status` with ``logFormat``.
    static func parse(log: String) -> [GitCommit] {
        log.split(separator: "\u{1e}").compactMap { GitCommit(record: $0) }
    }

    private init?(record: Substring) {
        let fields = record.split(separator: "\u{1f}", omittingEmptySubsequences: false).map(String.init)
        guard fields.count == 11 else { return nil }
        sha = fields[0]
        tree = fields[1]
        parents = fields[2].split(separator: " ").map(String.init)
        author = Signature(name: fields[3], email: fields[4], date: fields[5])
        committer = Signature(name: fields[6], email: fields[7], date: fields[8])
        message = fields[9].trimmingSuffix("\n")
        note(changes: fields[10])
    }

    /// The commit with the files of `git diff --name-status` instead of its own.
    func changing(_ changes: String) -> GitCommit {
        var commit = self
        (commit.added, commit.removed, commit.modified) = ([], [], [])
        commit.note(changes: changes)
        return commit
    }

    private mutating func note(changes: String) {
        for line in changes.split(separator: "\n") {
            let parts = line.split(separator: "\t", maxSplits: 1)
            guard parts.count == 2 else { continue }
            switch parts[0].first {
            case "A": added.append(String(parts[1]))
            case "D": removed.append(String(parts[1]))
            default: modified.append(String(parts[1]))
            }
        }
    }
}

extension String {
    fileprivate func trimmingSuffix(_ character: Character) -> String {
        var text = self
        while text.last == character { text.removeLast() }
        return text
    }
}

/// A change of a ref, for the payload of a push.
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
