/// One line of `git ls-tree`.
struct TreeEntry: Sendable {
    var mode: String
    /// `blob`, `tree` or `commit` (a submodule).
    var kind: String
    var sha: String
    var path: String

    var name: String { path.split(separator: "/").last.map(String.init) ?? "" }

    static func parse(_ output: [UInt8]) -> [TreeEntry] {
        output.split(separator: 0).compactMap { line in
            let parts = String(decoding: line, as: UTF8.self).split(separator: "\t", maxSplits: 1)
            let facts = parts.first?.split(separator: " ").map(String.init) ?? []
            guard parts.count == 2, facts.count == 3 else { return nil }
            return TreeEntry(mode: facts[0], kind: facts[1], sha: facts[2], path: String(parts[1]))
        }
    }
}
