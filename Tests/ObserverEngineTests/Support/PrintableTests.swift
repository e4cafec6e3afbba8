import ObserverEngine
import Testing

@Suite("Untrusted text")
struct PrintableTests {
    @Test(
        "is quoted as Go quotes it",
        arguments: [
            ("", #""""#), ("plain", #""plain""#), (#"say "hi""#, #""say \"hi\"""#), (#"a\b"#, #""a\\b""#),
            ("a\nb\r\tc", #""a\nb\r\tc""#), ("\u{0}\u{1B}\u{7F}", #""\x00\x1b\x7f""#), ("\u{9B}", #""\u009b""#),
            ("\u{202E}\u{200D}\u{FEFF}", #""\u202e\u200d\ufeff""#), ("\u{E0001}", #""\U000e0001""#),
            ("grün 北京 🚀", #""grün 北京 🚀""#), ("\r\n", #""\r\n""#),
        ])
    func quoted(text: String, quoted: String) {
        #expect(text.goQuoted == quoted)
    }

    @Test(
        "is made printable without quotes",
        arguments: [
            ("plain", "plain"), (#"say "hi" \o/"#, #"say "hi" \o/"#), ("\u{1B}[31mred", #"\x1b[31mred"#),
            ("a\u{200B}b", #"a\u200bb"#), ("e\u{301}", "e\u{301}"),
        ])
    func printable(text: String, printable: String) {
        #expect(text.printable == printable)
    }

    @Test(
        "has a first line", arguments: [("Fix\n\nthe rest", "Fix"), ("Fix\r\nmore", "Fix"), ("Fix", "Fix"), ("", "")])
    func firstLine(text: String, first: String) {
        #expect(text.firstLine == first)
    }
}
