/// Takes secrets out of text before it reaches a stream, a row or a response.
package struct Redactor: Sendable {
    private let secrets: [(value: String, mask: String)]

    /// - Parameter secrets: What must never be shown. Empty ones are passed over.
    package init(secrets: [Secret]) {
        self.secrets =
            secrets
            .filter { !$0.value.isEmpty }
            .map { ($0.value, $0.description) }
            .sorted { $0.value.utf8.count > $1.value.utf8.count }
    }

    /// The text with each occurrence of a secret replaced by its mask.
    package func redact(_ text: String) -> String {
        secrets.reduce(text) { text, secret in
            text.contains(secret.value) ? text.replacing(secret.value, with: secret.mask) : text
        }
    }

    /// Whether the text holds a secret.
    package func findsSecret(in text: String) -> Bool {
        secrets.contains { text.contains($0.value) }
    }
}
