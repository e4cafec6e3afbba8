import Crypto
import Foundation
package import NIOCore

/// GitHub's signature of a delivery, the header `X-Hub-Signature-256`.
/// Source: https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries
package struct WebhookSignature: Sendable {
    let secret: Secret
    private let key: SymmetricKey

    package init(secret: Secret) {
        self.secret = secret
        key = SymmetricKey(data: Data(secret.value.utf8))
    }

    /// Whether the header has the form of a signature.
    static func isWellFormed(_ header: String) -> Bool {
        header.hasPrefix("sha256=") && header.utf8.count == "sha256=".utf8.count + 2 * SHA256.byteCount
    }

    /// Whether the header is the HMAC-SHA256 of the raw body, compared in constant time.
    package func isValid(_ header: String?, of body: ByteBuffer) -> Bool {
        guard let header, header.hasPrefix("sha256="),
            let signature = [UInt8](hexadecimal: header.dropFirst("sha256=".count))
        else { return false }
        return body.withUnsafeReadableBytes { bytes in
            HMAC<SHA256>.isValidAuthenticationCode(signature, authenticating: bytes, using: key)
        }
    }
}
