import NIOCore
import ObserverEngine
import Testing

@Suite("Signatures of deliveries")
struct WebhookSignatureTests {
    /// GitHub's own example.
    /// Source: https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries
    private static let documented = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    private let signature = WebhookSignature(secret: Secret("It's a Secret to Everybody"))
    private let body = ByteBuffer(string: "Hello, World!")

    @Test("GitHub's documented example is valid, in upper and lower case")
    func documentedExample() {
        #expect(signature.isValid("sha256=\(Self.documented)", of: body))
        #expect(signature.isValid("sha256=\(Self.documented.uppercased())", of: body))
    }

    @Test(
        "every other header is invalid",
        arguments: [
            nil, "", "sha256=", documented, "sha1=\(documented)", "SHA256=\(documented)", "sha256=\(documented)00",
            "sha256=\(documented.dropLast(2))", "sha256=\(documented.dropLast())8", "sha256= \(documented)",
            "sha256=" + String(repeating: "é", count: 32),
        ] as [String?])
    func wrong(header: String?) {
        #expect(!signature.isValid(header, of: body))
    }

    @Test("it covers the raw bytes: one more space and it is invalid")
    func rawBytes() {
        #expect(!signature.isValid("sha256=\(Self.documented)", of: ByteBuffer(string: "Hello, World! ")))
    }
}
