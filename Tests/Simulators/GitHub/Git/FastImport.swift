import Foundation

/// The input of `git fast-import` for commits one upon another; it prints the last one's id.
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
