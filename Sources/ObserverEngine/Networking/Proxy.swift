import Foundation

/// A proxy for outgoing requests.
package struct Proxy: Hashable, Sendable, CustomStringConvertible {
    package enum Kind: Hashable, Sendable {
        case http
        /// SOCKS 5.
        case socks
    }

    package enum Problem: Error, CustomStringConvertible {
        case malformed
        case unsupported(scheme: String)
        case socksWithCredentials

        package var description: String {
            switch self {
            case .malformed:
                "is not the URL of a proxy, for example http://proxy.example.com:3128. Special characters in its user and "
                    + "password have to be percent-encoded"
            case .unsupported(let scheme):
                "is a proxy with the unsupported scheme \(scheme.printable); use http:// or socks5://"
            case .socksWithCredentials: "has a user or password, which is not supported for SOCKS proxies; remove it"
            }
        }
    }

    package let kind: Kind
    package let host: String
    package let port: Int
    /// `user:password`.
    package let credentials: Secret?

    /// Parses `http://user:password@host:port`. Without a scheme it is an HTTP proxy.
    /// - Throws: A predicate for a sentence that starts with the masked text.
    package init(_ text: String) throws(Problem) {
        let hasScheme = text.contains("://")
        guard let components = URLComponents(string: hasScheme ? text : "http://\(text)"),
            let scheme = components.scheme?.lowercased()
        else { throw .malformed }
        switch scheme {
        case "http": kind = .http
        case "socks5", "socks5h", "socks": kind = .socks
        default: throw .unsupported(scheme: scheme)
        }
        guard let host = components.host, !host.isEmpty, components.port.map({ (1...65535).contains($0) }) ?? true
        else { throw .malformed }
        self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        port = components.port ?? (kind == .http ? 80 : 1080)
        credentials = components.user.map { Secret("\($0):\(components.password ?? "")") }
        guard kind == .http || credentials == nil else { throw .socksWithCredentials }
    }

    /// Without the credentials.
    package var description: String {
        let host = host.contains(":") ? "[\(host)]" : host
        return "\(kind == .http ? "http" : "socks5")://\(host):\(port)"
    }

    /// Everything that must not be shown.
    package var secrets: [Secret] {
        guard let credentials else { return [] }
        let password = credentials.value.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)[1]
        // In a URL the password is percent-encoded.
        let encoded = String(password).addingPercentEncoding(withAllowedCharacters: .urlPasswordAllowed) ?? ""
        return Set([String(password), encoded, credentials.value.base64]).map { Secret($0) }
    }
}

extension String {
    var base64: String { Data(utf8).base64EncodedString() }

    /// The authority, and path and query, of an http URL; nil for any other.
    var plainHTTPParts: (authority: String, target: String)? {
        guard lowercased().hasPrefix("http://") else { return nil }
        let rest = dropFirst("http://".count)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let target = rest.dropFirst(authority.count)
        return (String(authority), target.hasPrefix("/") ? String(target) : "/\(target)")
    }
}
