import Synchronization

/// Takes secrets out of text before it reaches a stream, a row or a response.
package final class Redactor: Sendable {
    private let secrets: Mutex<[(value: String, mask: String)]>

    /// - Parameter secrets: What must never be shown. Empty ones are passed over.
    package init(secrets: [Secret]) {
        self.secrets = Mutex([])
        for secret in secrets { add(secret) }
    }

    /// Takes this one out too, from now on.
    package func add(_ secret: Secret) {
        guard !secret.value.isEmpty else { return }
        secrets.withLock { secrets in
            secrets.append((secret.value, secret.description))
            // The longest first: one may be the beginning of another.
            secrets.sort { $0.value.utf8.count > $1.value.utf8.count }
        }
    }

    /// The text with each occurrence of a secret replaced by its mask.
    package func redact(_ text: String) -> String {
        secrets.withLock(\.self).reduce(text) { text, secret in
            text.contains(secret.value) ? text.replacing(secret.value, with: secret.mask) : text
        }
    }

    /// Whether the text holds a secret.
    package func findsSecret(in text: String) -> Bool {
        secrets.withLock(\.self).contains { text.contains($0.value) }
    }
}
