import Testing

@testable import ObserverEngine

@Suite("Endless output of a command")
struct OutputExcerptTests {
    @Test("short output is written at once, and nothing is left at its end")
    func short() {
        var excerpt = OutputExcerpt()
        #expect(excerpt.take(["a", "b"]) == ["a", "b"])
        #expect(excerpt.end().isEmpty)
    }

    @Test("of endless output the beginning and the end are kept, with the number of lines between them")
    func endless() {
        var excerpt = OutputExcerpt()
        var written = 0
        for block in 0..<220 {
            written += excerpt.take((1...100).map { "line \(block * 100 + $0)" }).count
        }
        #expect(written == 15_000)
        let end = excerpt.end()
        #expect(end.first == "6700 lines are left out here.")
        #expect(end.count == 301 && end[1] == "line 21701" && end.last == "line 22000")
        // The end of the next program is kept, too.
        #expect(excerpt.take(["after"]).isEmpty && excerpt.end() == ["after"])
    }

    @Test("a long line is kept whole, so that a secret in it is found")
    func secret() {
        var excerpt = OutputExcerpt()
        _ = excerpt.take(Array(repeating: "x", count: 15_000))
        let secret = "4simulatedsimulatedsimulatedsimulatedsic"
        let line = String(repeating: "x", count: TextLimit.line - 20) + secret
        #expect(excerpt.take([line]).isEmpty)
        #expect(excerpt.end() == [line])
    }

    @Test("long lines count by their size")
    func long() {
        var excerpt = OutputExcerpt()
        let line = String(repeating: "x", count: 100_000)
        let written = excerpt.take(Array(repeating: line, count: 100))
        #expect(written.count == 41)
        #expect(excerpt.end().reduce(0) { $0 + $1.utf8.count } <= 256 * 1024 + TextLimit.line)
    }
}
