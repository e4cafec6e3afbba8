/// A commit as an operator types it: an id or its beginning, a branch, a tag, or `head`.
package enum CommitReference: Equatable, Sendable, CustomStringConvertible {
    /// The head of the watched branch.
    case head
    case id(CommitID)
    /// At least four digits.
    case beginning(String)
    case name(String)

    /// Why a string can't be a reference, as a predicate.
    package struct Malformed: Error, Equatable, CustomStringConvertible {
        package let description: String
    }

    private static let fewestDigits = 4

    /// - Throws: `Malformed`
    package init(_ text: String) throws(Malformed) {
        let isHexadecimal = !text.isEmpty && text.utf8.allSatisfy { Character(UnicodeScalar($0)).isHexDigit }
        if text.lowercased() == "head" {
            self = .head
        } else if let id = CommitID(text) {
            self = .id(id)
        } else if isHexadecimal, text.utf8.count > 40 {
            throw Malformed(description: "has too many digits for a commit ID")
        } else if isHexadecimal, text.utf8.count >= Self.fewestDigits {
            self = .beginning(text)
        } else if let flaw = BranchName.flaw(in: text) {
            throw Malformed(description: "is not a commit ID, a branch or a tag: \(flaw)")
        } else {
            self = .name(text)
        }
    }

    package var description: String {
        switch self {
        case .head: "head"
        case .id(let id): id.description
        case .beginning(let text), .name(let text): text
        }
    }

    /// Whether it may fit several commits.
    package var isShort: Bool {
        if case .beginning = self { true } else { false }
    }

    /// The names to ask GitHub for, in this order.
    package var candidates: [String] {
        switch self {
        case .head: []
        case .id(let id): [id.description]
        // A branch or a tag may have such a name, too.
        case .beginning(let text): [text, "heads/\(text)", "tags/\(text)"]
        case .name(let name) where name.hasPrefix("heads/") || name.hasPrefix("tags/"): [name]
        case .name(let name): ["heads/\(name)", "tags/\(name)"]
        }
    }

    /// Whether a commit that GitHub found is meant.
    package func admits(_ found: CommitID) -> Bool {
        if case .id(let id) = self { found == id } else { true }
    }
}
