import Foundation

/// The base address of an HTTP service: scheme, host, port and a path prefix, without a trailing slash.
package struct ServiceURL: Hashable, Sendable, CustomStringConvertible {
    package enum Problem: Error, CustomStringConvertible {
        case malformed
        case hasCredentials
        case hasQuery

        package var description: String {
            switch self {
            case .malformed: "is not an address like http://host:port"
            case .hasCredentials: "has a user or password in it, which would show up in logs; leave it out"
            case .hasQuery: "has a query or fragment, which can't be a base address"
            }
        }
    }

    package let description: String
    package let host: String
    package let port: Int?
    /// Percent-encoded, empty or beginning with a slash.
    package let path: String

    /// - Throws: What is wrong with the text, to be put behind the text in a sentence.
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

    /// `http://HOST:PORT`, or `https` where it is secure; an IPv6 address gets its brackets.
    package init(host: String, port: Int, isSecure: Bool = false) {
        self.host = host
        self.port = port
        self.path = ""
        self.description = (isSecure ? "https://" : "http://") + (host.contains(":") ? "[\(host)]" : host) + ":\(port)"
    }

    /// A service behind a Unix socket, in the form that the HTTP client reads.
    package init(unixSocket socket: String) {
        host = ""
        port = nil
        path = ""
        description = "http+unix://\(socket.segmentEncoded)"
    }

    package var origin: HTTPOrigin? { HTTPOrigin(url: description) }
}

extension String {
    /// An address as it may be shown, right or wrong: without what could be a password or a token in it.
    var maskedAddress: String {
        replacing(#/(?s)^([A-Za-z][A-Za-z0-9+.-]*://)?.*@/#) { "\($0.1 ?? "")********@" }
            .replacing(#/(?s)([?#]).+/#) { "\($0.1)********" }
    }
}
