package import Foundation
import Synchronization

/// Masks secrets in text before it reaches a stream, a row or a response.
package final class Redactor: Sendable {
    /// In bytes. A shorter secret is part of ordinary words, which must stay as they are.
    static let shortest = 8

    private struct Entry: Sendable {
        let value: [UInt8]
        let mask: [UInt8]
        /// The secret and its mask as encoded in JSON.
        let escaped: [(value: [UInt8], mask: [UInt8])]

        init(_ secret: Secret) {
            value = Array(secret.value.utf8)
            mask = Array(secret.description.utf8)
            // Most secrets contain no slash.
            let forms = zip(secret.value.escapedForms, secret.description.escapedForms)
                .map { (value: Array($0.utf8), mask: Array($1.utf8)) }
            escaped = forms.first?.value == forms.last?.value ? Array(forms.prefix(1)) : forms
        }

        init(value: String, mask: String) {
            (self.value, self.mask) = (Array(value.utf8), Array(mask.utf8))
            escaped = []
        }
    }

    private let secrets: Mutex<[Entry]>
    /// The secrets as a part of text in base64, such as the header of basic authentication.
    private let encoded = Mutex<[Entry]>([])

    /// - Parameter secrets: Shorter ones than `shortest` are ignored.
    package init(secrets: [Secret]) {
        self.secrets = Mutex([])
        for secret in secrets { add(secret) }
    }

    /// Masks this secret too, from now on.
    package func add(_ secret: Secret) {
        guard secret.value.utf8.count >= Self.shortest else { return }
        secrets.withLock { secrets in
            secrets.append(Entry(secret))
            // Longest first: one secret may be a prefix of another.
            secrets.sort { $0.value.count > $1.value.count }
        }
        encoded.withLock { $0 += secret.base64Forms.map { Entry(value: $0, mask: secret.description) } }
    }

    /// The text with every secret replaced by its mask.
    package func redact(_ text: String) -> String { Self.redact(text, secrets.withLock(\.self)) }

    /// The output of a program, in which secrets may also be encoded.
    package func redact(output text: String) -> String { Self.redact(redact(text), encoded.withLock(\.self)) }

    /// Text that a person typed, in which tokens of others are masked, too: of GitHub, and those of `observer token create`.
    func redact(typed text: String) -> String {
        redact(text).replacing(#/\b(?:gh[oprsu]_|github_pat_|dploy_)[A-Za-z0-9_-]{20,}/#) {
            Secret(String($0.output)).description
        }
    }

    private static func redact(_ text: String, _ secrets: [Entry]) -> String {
        secrets.reduce(text) { text, secret in
            var text = text
            let masked = text.withUTF8 { UnsafeRawBufferPointer($0).replacing(secret.value, with: secret.mask) }
            return masked.map { String(decoding: $0, as: UTF8.self) } ?? text
        }
    }

    /// The beginning of the redacted text. Redaction comes first: truncated text could end with half a secret.
    func redact(_ text: String?, toBytes limit: Int) -> String? {
        text.map { redact($0).beginning(ofBytes: limit) }
    }

    /// JSON with every secret in its strings replaced by its mask.
    package func redact(json: Data) -> Data {
        var json = json
        for secret in secrets.withLock(\.self) {
            for (value, mask) in secret.escaped {
                let masked = json.withUnsafeBytes { $0.replacing(value, with: mask) }
                if let masked { json = Data(masked) }
            }
        }
        return json
    }

    /// Whether the text contains a secret.
    package func findsSecret(in text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            secrets.withLock(\.self).contains { UnsafeRawBufferPointer(bytes).holds($0.value) }
        }
    }
}

extension String {
    /// The string as encoded in JSON, with and without escaped slashes.
    fileprivate var escapedForms: [String] {
        [JSONEncoder.OutputFormatting.withoutEscapingSlashes, []].compactMap { formatting in
            let encoder = JSONEncoder()
            encoder.outputFormatting = formatting
            return (try? encoder.encode(self)).map { String(decoding: $0.dropFirst().dropLast(), as: UTF8.self) }
        }
    }
}

extension Secret {
    /// The constant part of any text in base64 that contains the secret, for each position in a group of three bytes.
    fileprivate var base64Forms: [String] {
        let count = value.utf8.count
        return (0..<3).map { offset in
            let text = Data(repeating: 0, count: offset) + Data(value.utf8)
            // The first and the last character may also depend on the text next to the secret.
            let first = (offset * 8 + 5) / 6
            let last = (offset + count) * 8 / 6
            return String(text.base64EncodedString().dropFirst(first).prefix(last - first))
        }
    }
}
