package import Foundation
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
            var text = text
            let masked = text.withUTF8 { bytes in
                UnsafeRawBufferPointer(bytes).replacing(Array(secret.value.utf8), with: Array(secret.mask.utf8))
            }
            return masked.map { String(decoding: $0, as: UTF8.self) } ?? text
        }
    }

    /// The beginning of the redacted text: cut before, it could end with half of a secret.
    func redact(_ text: String?, toBytes limit: Int) -> String? {
        text.map { redact($0).beginning(ofBytes: limit) }
    }

    /// JSON with each occurrence of a secret in its texts replaced by its mask.
    package func redact(json: Data) -> Data {
        var json = json
        for secret in secrets.withLock(\.self) {
            for (value, mask) in zip(secret.value.escapedForms, secret.mask.escapedForms) {
                let masked = json.withUnsafeBytes { $0.replacing(Array(value.utf8), with: Array(mask.utf8)) }
                if let masked { json = Data(masked) }
            }
        }
        return json
    }

    /// Whether the text holds a secret.
    package func findsSecret(in text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            secrets.withLock(\.self).contains { UnsafeRawBufferPointer(bytes).holds(Array($0.value.utf8)) }
        }
    }
}

extension String {
    /// As they stand in JSON: slashes may have a backslash or not.
    fileprivate var escapedForms: [String] {
        [JSONEncoder.OutputFormatting.withoutEscapingSlashes, []].compactMap { formatting in
            let encoder = JSONEncoder()
            encoder.outputFormatting = formatting
            return (try? encoder.encode(self)).map { String(decoding: $0.dropFirst().dropLast(), as: UTF8.self) }
        }
    }
}
