import Foundation
import Logging
import ObserverEngine
import Testing

@Suite("Secrets in the log")
struct RedactionTests {
    private static let token = Secret("4simulatedsimulatedsimulatedsimulatedsic")

    private func lines(secrets: [Secret], _ body: (Logger) -> Void) -> [String] {
        let lines = Lines()
        let redactor = Redactor(secrets: secrets)
        body(
            Logger(label: "test") { _ in
                LogrusHandler(level: .debug, format: .text, redactor: redactor) { lines.append($0) }
            })
        return lines.all
    }

    @Test("a token is masked as documented")
    func mask() {
        #expect(
            "\(Secret("4aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac"))" == "4**************************************c")
    }

    @Test(
        "in the output of programs, a token is also masked in base64",
        arguments: ["", "x", "xy", "x-access-token:"])
    func base64(prefix: String) {
        let redactor = Redactor(secrets: [Self.token])
        for suffix in ["", ":", "!!"] {
            let encoded = Data("\(prefix)\(Self.token.value)\(suffix)".utf8).base64EncodedString()
            let output = redactor.redact(output: "AUTHORIZATION: basic \(encoded) end")
            #expect(output.contains(Self.token.description) && output.hasSuffix(" end"), "\(output)")
            #expect(!output.contains(encoded.dropFirst(encoded.count / 2 - 8).prefix(16)))
        }
        #expect(redactor.redact(output: "nothing secret") == "nothing secret")
    }

    @Test("a short secret is masked completely", arguments: ["", "x", "swordfish", "fifteen letters"])
    func short(value: String) {
        #expect("\(Secret(value))" == "********")
    }

    @Test("a secret is masked anywhere in messages and field values")
    func everywhere() {
        let lines = lines(secrets: [Self.token]) { logger in
            var logger = logger
            logger[metadataKey: "own"] = "\(Self.token.value)"
            logger.info("a\(Self.token.value)b \(Self.token.value)", metadata: ["k": "x\(Self.token.value)"])
        }
        #expect(lines.count == 1)
        #expect(lines.first?.contains("simulated") == false)
        #expect(lines.first?.contains(#"own="4**************************************c""#) == true)
    }

    @Test(
        "so is one that the log has to escape",
        arguments: [#"sword"fish\1234567890"#, "swordfish\t1234567890", "swordfish\u{200B}1234567890"])
    func escaped(value: String) {
        let lines = lines(secrets: [Secret(value)]) { $0.info("The password is \(value)", metadata: ["k": "\(value)"]) }
        #expect(lines.first?.contains("fish") == false)
        #expect(lines.first?.contains("1234567890") == false)
    }

    @Test("the longer of two secrets is masked first, so that no part of it remains")
    func nested() {
        let redactor = Redactor(secrets: [Secret("swordfish"), Secret("swordfish-and-more")])
        #expect(!redactor.redact("swordfish-and-more").contains("more"))
    }

    @Test("a secret in JSON is masked with any escaping, and JSON without secrets is unchanged")
    func json() {
        let redactor = Redactor(secrets: [Secret("sword/fish\"0123456789")])
        for text in [#"{"a":"-sword/fish\"0123456789-"}"#, #"{"a":"-sword\/fish\"0123456789-"}"#] {
            let masked = String(decoding: redactor.redact(json: Data(text.utf8)), as: UTF8.self)
            #expect(masked == #"{"a":"-s\#(String(repeating: "*", count: 38))9-"}"#)
        }
        let broken = Data([0x7B, 0xFF, 0x7D])
        #expect(redactor.redact(json: broken) == broken)
        #expect(redactor.redact(json: Data()) == Data())
    }

    @Test(
        "a secret is masked next to any text, also before a combining character",
        arguments: [("", "\u{301}"), ("", "\u{200D}x"), ("\u{600}", ""), ("e", "\u{FE0F}")])
    func joined(before: String, after: String) {
        let redactor = Redactor(secrets: [Self.token])
        let text = "-\(before)\(Self.token.value)\(after)-"
        #expect(redactor.findsSecret(in: text))
        let expected = "-\(before)\(Self.token)\(after)-"
        #expect(Array(redactor.redact(text).utf8) == Array(expected.utf8))
        let json = Data(#"{"a":"\#(text)"}"#.utf8)
        #expect(redactor.redact(json: json) == Data(#"{"a":"\#(expected)"}"#.utf8))
    }

    @Test("an empty secret masks nothing")
    func empty() {
        #expect(Redactor(secrets: [Secret("")]).redact("text") == "text")
    }

    @Test("a line below the log level is not written")
    func level() {
        let written = Lines()
        let logger = Logger(label: "test") { _ in
            LogrusHandler(level: .warning, format: .text, redactor: Redactor(secrets: [])) { written.append($0) }
        }
        logger.info("quiet")
        logger.warning("loud")
        #expect(written.all.count == 1)
        #expect(written.contains("msg=loud"))
    }

    @Test("fields of a line override those of the logger")
    func precedence() {
        let lines = lines(secrets: []) { logger in
            var logger = logger
            logger[metadataKey: "k"] = "outer"
            logger.info("x", metadata: ["k": "inner"])
        }
        #expect(lines.first?.hasSuffix("msg=x k=inner") == true)
    }
}
