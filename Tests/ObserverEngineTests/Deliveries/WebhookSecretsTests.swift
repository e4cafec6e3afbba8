import NIOCore
import Simulators
import Testing

@testable import ObserverEngine

@Suite("The secrets of the webhook")
struct WebhookSecretsTests {
    private static func isValid(_ secret: String, _ secrets: WebhookSecrets) -> Bool {
        secrets.isValid(GitHubSimulator.signature(of: Array("{}".utf8), secret: secret), of: ByteBuffer(string: "{}"))
    }

    @Test("deliveries are accepted while GitHub still has the secret before several changes")
    func changedTwice() {
        let secrets = WebhookSecrets(Secret("first"))
        secrets.rotate(to: Secret("second"))
        secrets.rotate(to: Secret("third"))
        #expect(Self.isValid("first", secrets) && Self.isValid("second", secrets))
        #expect(!Self.isValid("other", secrets))
        #expect(Self.isValid("third", secrets))
        #expect(!Self.isValid("first", secrets) && !Self.isValid("second", secrets))
    }

    @Test("only some previous secrets stay valid, and one that returns is the current one")
    func limited() {
        let secrets = WebhookSecrets(Secret("0"))
        for number in 1...5 { secrets.rotate(to: Secret("\(number)")) }
        #expect(!Self.isValid("0", secrets) && Self.isValid("1", secrets))
        secrets.rotate(to: Secret("2"))
        #expect(secrets.current == Secret("2") && Self.isValid("5", secrets))
        #expect(Self.isValid("2", secrets) && !Self.isValid("5", secrets))
    }
}
