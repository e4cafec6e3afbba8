import Foundation

/// The URL of `-notify`. Path and query are secret: anyone who knows the URL of a chat webhook can post to it.
package struct NotifyAddress: Sendable {
    package let base: ServiceURL
    /// Path and query, percent-encoded.
    package let target: Secret

    /// nil unless the text is an http(s) URL.
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
