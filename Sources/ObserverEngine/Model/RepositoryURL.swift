import Foundation

/// The URL of a repository, as `repo_url` of an app descriptor has it.
package struct RepositoryURL: Equatable, Sendable {
    /// The protocols in which git fetches.
    private static let schemes: Set<String> = ["https", "http", "ssh", "git", "git+ssh", "git+https"]

    /// Lower case, without user and port.
    package let host: String
    package let repository: RepositoryName

    /// Parses the usual forms: `https://github.com/OWNER/REPO[.git]`, `git@github.com:OWNER/REPO.git`,
    /// `ssh://git@host/OWNER/REPO`.
    package init?(_ text: String) {
        let authority: Substring
        let path: Substring
        if let scheme = text.range(of: "://") {
            guard Self.schemes.contains(text[..<scheme.lowerBound].lowercased()),
                let slash = text[scheme.upperBound...].firstIndex(of: "/")
            else { return nil }
            (authority, path) = (text[scheme.upperBound..<slash], text[slash...])
        } else if let colon = text.firstIndex(of: ":"), text[..<colon].contains("@") {
            (authority, path) = (text[..<colon], text[text.index(after: colon)...])
        } else {
            return nil
        }
        let parts = path.split(separator: "/").map(String.init)
        guard parts.count >= 2 else { return nil }
        let host = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        self.host = host.replacing(#/:[0-9]*$/#, with: "").lowercased()
        let name = parts[1].hasSuffix(".git") ? String(parts[1].dropLast(4)) : parts[1]
        repository = RepositoryName(owner: parts[0], name: name)
    }

    /// Whether it is of the GitHub with this website. An API on this machine may be of any GitHub.
    package func isHosted(at website: ServiceURL) -> Bool {
        let expected = website.host.lowercased()
        let accepted: Set<String> =
            expected == "github.com" || website.isLoopback
            ? [expected, "github.com", "www.github.com", "ssh.github.com"] : [expected, "ssh.\(expected)"]
        return accepted.contains(host)
    }
}

extension ServiceURL {
    fileprivate var isLoopback: Bool {
        host == "localhost" || host.hasPrefix("127.") || host == "::1"
    }
}
