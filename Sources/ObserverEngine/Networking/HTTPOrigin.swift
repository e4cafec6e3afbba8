import Foundation

/// Scheme, host and port of an address: what decides whether credentials may travel along a redirect (RFC 6454).
package struct HTTPOrigin: Hashable, Sendable {
    private let scheme: String
    private let host: String
    private let port: Int

    package init?(url: String) {
        guard let components = URLComponents(string: url), let scheme = components.scheme?.lowercased(),
            let host = components.host?.lowercased()
        else { return nil }
        self.scheme = scheme
        self.host = host
        self.port = components.port ?? (scheme == "https" ? 443 : 80)
    }
}
