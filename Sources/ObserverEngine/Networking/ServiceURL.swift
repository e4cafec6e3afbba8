import Foundation

/// The base address of an HTTP service: scheme, host, port and a path prefix, without a trailing slash.
package struct ServiceURL: Hashable, Sendable, CustomStringConvertible {
    package enum Problem: Error, CustomStringConvertible {
        case malformed
        case hasCredentials
        case hasQuery

        package var description: String {
            switch self {
            case .malformed: "is not a URL like http://host:port"
            case .hasCredentials: "contains a user or password, which would appear in logs; remove it"
            case .hasQuery: "has a query or fragment, which a base URL can't have"
            }
        }
    }

    package let description: String
    package let host: String
    package let port: Int?
    /// Percent-encoded; empty or starts with a slash.
    package let path: String

    /// - Throws: A predicate for a sentence that starts with the text.
    package init(_ text: String) throws(Problem) {
        guard let components = URLComponents(string: text), let scheme = components.scheme?.lowercased(),
            scheme == "http" || scheme == "https", let host = components.encodedHost, !host.isEmpty,
            components.port.map({ (1...65535).contains($0) }) ?? true
        else { throw .malformed }
        guard components.user == nil, components.password == nil else { throw .hasCredentials }
        guard components.query == nil, components.fragment == nil else { throw .hasQuery }
        var path = components.percentEncodedPath
        while path.hasSuffix("/") { path.removeLast() }
        self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        self.port = components.port
        self.path = path
        self.description = "\(scheme)://\(host)" + (components.port.map { ":\($0)" } ?? "") + path
    }

    /// `http://HOST:PORT`, or `https` if secure; an IPv6 address is put in brackets.
    package init(host: String, port: Int, isSecure: Bool = false) {
        self.host = host
        self.port = port
        self.path = ""
        self.description = (isSecure ? "https://" : "http://") + (host.contains(":") ? "[\(host)]" : host) + ":\(port)"
    }

    /// A service on a Unix socket, in the form that the HTTP client accepts.
    package init(unixSocket socket: String) {
        host = ""
        port = nil
        path = ""
        description = "http+unix://\(socket.segmentEncoded)"
    }

    package var origin: HTTPOrigin? { HTTPOrigin(url: description) }
}

/// Scheme, host and port of a URL (RFC 6454). Credentials are sent to one origin only.
package struct HTTPOrigin: Hashable, Sendable, CustomStringConvertible {
    private let scheme: String
    private let host: String
    private let port: Int

    /// A URL without a path.
    package var description: String {
        port == (scheme == "https" ? 443 : 80) ? "\(scheme)://\(host)" : "\(scheme)://\(host):\(port)"
    }

    package init?(url: String) {
        guard let components = URLComponents(string: url), let scheme = components.scheme?.lowercased(),
            let host = components.host?.lowercased()
        else { return nil }
        self.scheme = scheme
        self.host = host
        self.port = components.port ?? (scheme == "https" ? 443 : 80)
    }

    private init(scheme: String, host: String, port: Int) {
        self.scheme = scheme
        self.host = host
        self.port = port
    }

    /// The same host with https, on the default ports; nil for any other origin.
    var secured: HTTPOrigin? {
        scheme == "http" && port == 80 ? HTTPOrigin(scheme: "https", host: host, port: 443) : nil
    }
}

extension String {
    /// A URL, valid or not, with everything masked that could be a password or a token.
    var maskedAddress: String {
        replacing(#/(?s)^([A-Za-z][A-Za-z0-9+.-]*://)?.*@/#) { "\($0.1 ?? "")********@" }
            .replacing(#/(?s)([?#]).+/#) { "\($0.1)********" }
    }
}
