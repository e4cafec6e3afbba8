import Foundation
import Testing

@testable import ObserverEngine

@Suite("Strings in JSON")
struct JSONQuotedTests {
    @Test(
        "a quoted string is read as it was",
        arguments: ["", "plain", #"a "quoted" \ value"#, "line\nbreak\ttab\u{0}\u{1f}", "é 漢字 👩‍👩‍👧", "\r\n", "\"", "\\"])
    func quoted(text: String) throws {
        #expect(try JSONDecoder().decode(String.self, from: Data(text.jsonQuoted.utf8)) == text)
    }
}
