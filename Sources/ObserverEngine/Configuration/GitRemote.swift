import Foundation

/// A git clone.
package enum GitClone {
    /// nil if the directory is not the root of a clone, or no branch is checked out.
    package static func currentBranch(in directory: String) -> String? {
        guard let content = FileManager.default.contents(atPath: directory + "/.git/HEAD") else { return nil }
        let line = String(decoding: content, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        let prefix = "ref: refs/heads/"
        return line.hasPrefix(prefix) ? String(line.dropFirst(prefix.count)) : nil
    }
}

/// The remote `origin` of a git clone.
/// Source: https://git-scm.com/docs/git-config#_syntax
struct GitRemote {
    let repository: RepositoryName

    /// nil if the directory is not the root of a clone, or its remote is at another host.
    /// - Parameter host: The host of the repositories, `github.com`.
    init?(in directory: String, host: String) {
        guard let content = FileManager.default.contents(atPath: directory + "/.git/config"),
            let url = Self.url(of: "origin", in: String(decoding: content, as: UTF8.self)),
            Self.host(of: url)?.lowercased() == host.lowercased(), let repository = RepositoryURL(url)?.repository
        else { return nil }
        self.repository = repository
    }

    private static func url(of remote: String, in config: String) -> String? {
        var isMeant = false
        for line in config.split(whereSeparator: \.isNewline) {
            let line = line.trimmingCharacters(in: .whitespaces)
            if line.hasPrefix("[") {
                isMeant = line.hasPrefix("[remote \"\(remote)\"]")
            } else if isMeant, let equals = line.firstIndex(of: "="),
                line[..<equals].trimmingCharacters(in: .whitespaces).lowercased() == "url"
            {
                let quotes = CharacterSet(charactersIn: "\"")
                return line[line.index(after: equals)...].trimmingCharacters(in: .whitespaces.union(quotes))
            }
        }
        return nil
    }

    /// The host of `https://HOST/...`, `ssh://git@HOST:22/...` or `git@HOST:...`.
    private static func host(of url: String) -> String? {
        let rest = url.range(of: "://").map { url[$0.upperBound...] } ?? url[...]
        let authority = rest.prefix { $0 != "/" }
        let place = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? authority
        return place.split(separator: ":").first.map(String.init)
    }
}
