import Foundation

/// Where `-notify` posts. All but the host is a secret: whoever knows the address of a chat's receiver can post there.
package struct NotifyAddress: Sendable {
    package let base: ServiceURL
    /// Path and query, percent-encoded.
    package let target: Secret

    /// nil where the text is no address of HTTP.
    package init?(_ text: String) {
        guard var components = URLComponents(string: text) else { return nil }
        let query = components.percentEncodedQuery.map { "?\($0)" } ?? ""
        target = Secret(components.percentEncodedPath + query)
        (components.percentEncodedPath, components.query, components.fragment) = ("", nil, nil)
        guard let base = components.string.flatMap({ try? ServiceURL($0) }) else { return nil }
        self.base = base
    }

    package var whole: Secret { Secret(base.description + target.value) }
}
