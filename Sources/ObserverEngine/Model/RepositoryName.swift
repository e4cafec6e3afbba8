import Foundation

/// `OWNER/REPOSITORY` at GitHub.
package struct RepositoryName: Hashable, Sendable, CustomStringConvertible {
    package let owner: String
    package let name: String

    package init(owner: String, name: String) {
        self.owner = owner
        self.name = name
    }

    /// Parses the usual forms of a repository URL in `repo_url`:
    /// `https://github.com/OWNER/REPO[.git]`, `git@github.com:OWNER/REPO.git`, `ssh://git@host/OWNER/REPO`.
    package init?(url: String) {
        let path: Substring
        if let scheme = url.range(of: "://") {
            guard let slash = url[scheme.upperBound...].firstIndex(of: "/") else { return nil }
            path = url[slash...]
        } else if let colon = url.firstIndex(of: ":"), url[..<colon].contains("@") {
            path = url[url.index(after: colon)...]
        } else {
            return nil
        }
        let parts = path.split(separator: "/").map(String.init)
        guard parts.count >= 2 else { return nil }
        let last = parts[1]
        self.init(owner: parts[0], name: last.hasSuffix(".git") ? String(last.dropLast(4)) : last)
    }

    package var description: String { "\(owner)/\(name)" }

    /// GitHub ignores the case of names.
    package func isSame(as other: RepositoryName) -> Bool {
        owner.lowercased() == other.owner.lowercased() && name.lowercased() == other.name.lowercased()
    }
}
