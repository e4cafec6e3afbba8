package import Foundation

/// A commit to push.
package struct NewCommit: Sendable {
    package var message: String
    package var changes: [String: FileChange]
    /// The commit date; nil for the time of the push.
    package var date: Date?

    package init(_ message: String, _ changes: [String: FileChange], date: Date? = nil) {
        self.message = message
        self.changes = changes
        self.date = date
    }
}

/// The change of a path in a commit.
package enum FileChange: Sendable, Hashable {
    case text(String)
    case bytes([UInt8])
    case executable(String)
    case symlink(to: String)
    case deleted
}

/// The author and pusher of commits.
package struct GitIdentity: Sendable, Hashable {
    package var name: String
    package var email: String
    package var login: String

    package init(name: String, email: String, login: String) {
        self.name = name
        self.email = email
        self.login = login
    }
}

/// The input of `git fast-import` for a chain of commits. It prints the ID of the last one.
struct FastImport {
    static let ref = "refs/imports/push"

    private(set) var bytes: [UInt8] = []
    private var marks = 0

    init(_ commits: [NewCommit], by author: GitIdentity, onto parent: String?) {
        for commit in commits { add(commit, by: author, onto: marks > 0 ? ":\(marks)" : parent) }
        line("get-mark :\(marks)")
        line("done")
    }

    private mutating func add(_ commit: NewCommit, by author: GitIdentity, onto parent: String?) {
        marks += 1
        let seconds = Int((commit.date ?? Date()).timeIntervalSince1970)
        line("commit \(Self.ref)")
        line("mark :\(marks)")
        line("author \(author.name) <\(author.email)> \(seconds) +0000")
        line("committer \(author.name) <\(author.email)> \(seconds) +0000")
        data(Array(commit.message.utf8))
        if let parent { line("from \(parent)") }
        for (path, change) in commit.changes.sorted(by: { $0.key < $1.key }) {
            switch change {
            case .text(let text): file(path, mode: "100644", Array(text.utf8))
            case .bytes(let bytes): file(path, mode: "100644", bytes)
            case .executable(let text): file(path, mode: "100755", Array(text.utf8))
            case .symlink(let target): file(path, mode: "120000", Array(target.utf8))
            case .deleted: line("D \(path)")
            }
        }
    }

    private mutating func file(_ path: String, mode: String, _ content: [UInt8]) {
        line("M \(mode) inline \(path)")
        data(content)
    }

    private mutating func data(_ content: [UInt8]) {
        line("data \(content.count)")
        bytes += content
        line("")
    }

    private mutating func line(_ text: String) {
        bytes += text.utf8
        bytes.append(UInt8(ascii: "\n"))
    }
}
