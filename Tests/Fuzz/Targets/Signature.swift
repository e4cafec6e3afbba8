import Crypto
import NIOCore
import ObserverEngine

extension FuzzTarget {
    /// The first line is the header, the rest the body. Nobody who does not know the secret writes a header that is valid;
    /// the right one is, for every body.
    static let signature = FuzzTarget(name: "signature") { input in
        let parts = input.split(separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
        let header = String(decoding: parts[0], as: UTF8.self)
        let body = ByteBuffer(bytes: parts.dropFirst().first ?? [])
        let signature = WebhookSignature(secret: Secret("hush"))
        precondition(!signature.isValid(header, of: body), "a header that was made up is valid")

        let key = SymmetricKey(data: Array("hush".utf8))
        let code = HMAC<SHA256>.authenticationCode(for: Array(body.readableBytesView), using: key)
        let right = "sha256=" + code.map(\.hexadecimal).joined()
        precondition(signature.isValid(right, of: body), "the right header is not valid")
    }
}
