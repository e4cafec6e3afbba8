import Testing

@testable import ObserverTUI

@Suite("Text")
struct TextTests {
    @Test("truncated text ends in an ellipsis and never in half a character")
    func truncation() {
        #expect(Text("buttons").truncated(to: 7).string == "buttons")
        #expect(Text("buttons").truncated(to: 6).string == "butto…")
        #expect(Text("buttons").truncated(to: 1).string == "…")
        #expect(Text("buttons").truncated(to: 0).string == "")
        #expect(Text("漢字漢字").truncated(to: 6).string == "漢字 …")
        #expect(Text("漢字漢字").truncated(to: 6).columns == 6)
    }

    @Test("truncates a URL in the middle")
    func middle() {
        let url = Text("http://52.37.239.156:8849/dploy")
        #expect(url.truncatedInTheMiddle(to: 21).string == "http://52.…8849/dploy")
        #expect(url.truncatedInTheMiddle(to: 40).string == url.string)
        #expect(url.truncatedInTheMiddle(to: 1).string == "…")
    }

    @Test("fitted text has exactly the given number of columns", arguments: 0...12)
    func fitted(columns: Int) {
        for alignment in [Text.Alignment.left, .right] {
            #expect(Text("ab漢字cd").fitted(to: columns, alignment).columns == columns)
        }
        #expect(Text("7m").fitted(to: 4, .right).string == "  7m")
    }

    @Test("wraps at spaces, or within long words, and indents later lines")
    func wrapping() {
        #expect(Text("the quick brown fox").wrapped(to: 10).map(\.string) == ["the quick", "brown fox"])
        #expect(Text("abcdefghij").wrapped(to: 4).map(\.string) == ["abcd", "efgh", "ij"])
        #expect(Text("one two three").wrapped(to: 9, indent: 2).map(\.string) == ["one two", "  three"])
        #expect(Text("").wrapped(to: 5).map(\.string) == [""])
    }

    @Test("no wrapped line is wider than the given width", arguments: 1...30)
    func wrappedWidth(columns: Int) {
        let text = Text("Größe 漢字漢字 and \u{1F44D} a-very-long-word-without-any-space e\u{301}nd")
        let lines = text.wrapped(to: columns, indent: 4)
        #expect(lines.allSatisfy { $0.columns <= max(2, columns) })
        let words = { (text: String) in text.filter { $0 != " " } }
        #expect(words(lines.map(\.string).joined()) == words(text.string))
    }

    @Test("marks every match of a search term, in any case")
    func marking() {
        let marked = Text("Fix the fix").marking(SearchTerm("FIX"))
        #expect(
            marked.cells.map(\.style.isMatch) == [true, true, true] + Array(repeating: false, count: 5) + [
                true, true, true,
            ])
    }

    @Test(
        "finds a term at any position",
        arguments: [
            ("aab", "aaab", true), ("", "x", true), ("abc", "ab", false), ("ABC", "xabcx", true), ("ü", "Tür", true),
            ("b a", "ab", true), ("a c", "ab", false), ("a !c", "ab", true), ("a !b", "ab", false), (" ! ", "x", true),
        ])
    func matching(term: String, text: String, expected: Bool) {
        #expect(SearchTerm(term).matches(text) == expected)
    }
}
