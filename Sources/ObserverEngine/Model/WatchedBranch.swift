import Foundation

/// A branch of a repository on GitHub that this observer watches.
package struct WatchedBranch: Hashable, Sendable, CustomStringConvertible {
    package let repository: RepositoryName
    package let name: String

    package init(repository: RepositoryName, name: String) {
        self.repository = repository
        self.name = name
    }

    /// Identifies it outside the program: `octo/site:dcos`, whatever the case of the repository's name in the settings.
    package var key: String { "\(repository.key):\(name)" }

    /// `owner/repository:branch`
    package var description: String { "\(repository):\(name)" }
}

/// `OWNER/REPOSITORY` on GitHub, as it was written. GitHub ignores the case of names, and so do comparisons of them.
package struct RepositoryName: Hashable, Sendable, CustomStringConvertible {
    package let owner: String
    package let name: String

    package init(owner: String, name: String) {
        self.owner = owner
        self.name = name
    }

    /// Parses `OWNER/REPOSITORY`.
    package init?(fullName: String) {
        let parts = fullName.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts.contains("") else { return nil }
        self.init(owner: parts[0], name: parts[1])
    }

    package var description: String { "\(owner)/\(name)" }

    /// The one spelling of every name of the same repository.
    package var key: String { description.lowercased() }

    package static func == (left: RepositoryName, right: RepositoryName) -> Bool { left.key == right.key }

    package func hash(into hasher: inout Hasher) { hasher.combine(key) }
}

/// Git's rules for branch names.
/// Source: https://git-scm.com/docs/git-check-ref-format
package enum BranchName {
    /// Why the text is not a valid branch name; nil if it is.
    package static func flaw(in text: String) -> String? {
        let forbidden: Set<Character> = [" ", "~", "^", ":", "?", "*", "[", "\\"]
        if text.isEmpty { return "it is empty" }
        if text.hasPrefix("refs/") { return "leave out refs/heads/" }
        if text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7f }) {
            return "it has control characters"
        }
        if let character = text.first(where: forbidden.contains) { return "it has the character '\(character)'" }
        if text.contains("..") || text.contains("@{") || text == "@" { return "it has '..' or '@{'" }
        if text.hasPrefix("-") { return "it begins with a dash" }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        if parts.contains(where: { $0.isEmpty || $0.hasPrefix(".") || $0.hasSuffix(".lock") }) || text.hasSuffix(".") {
            return "a part of it is empty, begins with a dot or ends in .lock"
        }
        return nil
    }
}
