package import Foundation
import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

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

    /// JSON with each occurrence of a secret in its texts replaced by its mask.
    package func redact(json: Data) -> Data {
        var json = json
        for secret in secrets.withLock(\.self) {
            for (value, mask) in zip(secret.value.escapedForms, secret.mask.escapedForms) {
                guard json.holds(value) else { continue }
                json = Data(String(decoding: json, as: UTF8.self).replacing(value, with: mask).utf8)
            }
        }
        return json
    }

    /// Whether the text holds a secret.
    package func findsSecret(in text: String) -> Bool {
        secrets.withLock(\.self).contains { text.contains($0.value) }
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

extension Data {
    /// Much faster than to make a text of it first: a body may have many megabytes, and hardly ever holds a secret.
    fileprivate func holds(_ text: String) -> Bool {
        let wanted = Array(text.utf8)
        guard let first = wanted.first else { return false }
        return withUnsafeBytes { (bytes: UnsafeRawBufferPointer) -> Bool in
            guard var place = bytes.baseAddress else { return false }
            let end = place + bytes.count
            while end - place >= wanted.count, let found = memchr(place, CInt(first), end - place) {
                let match = UnsafeRawPointer(found)
                if end - match >= wanted.count, memcmp(match, wanted, wanted.count) == 0 { return true }
                place = match + 1
            }
            return false
        }
    }
}
