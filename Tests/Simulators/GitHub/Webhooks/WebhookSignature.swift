import Crypto

/// The two signatures of a webhook's body.
enum WebhookSignature {
    static func headers(of body: [UInt8], secret: String) -> HeaderFields {
        let key = SymmetricKey(data: Array(secret.utf8))
        let old = HMAC<Insecure.SHA1>.authenticationCode(for: body, using: key)
        let new = HMAC<SHA256>.authenticationCode(for: body, using: key)
        return ["X-Hub-Signature": "sha1=\(hex(old))", "X-Hub-Signature-256": "sha256=\(hex(new))"]
    }

    private static func hex(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0\(digits)" : digits
        }.joined()
    }
}
