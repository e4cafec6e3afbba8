import ObserverEngine
import Testing

@Suite("Line splitter")
struct LineSplitterTests {
    @Test(
        "lines are cut at their ends, whatever the pieces",
        arguments: [
            ([""], []), (["a"], ["a"]), (["a\n"], ["a"]), (["a\nb"], ["a", "b"]), (["a\r\nb\r\n"], ["a", "b"]),
            (["a", "b", "\nc\n"], ["ab", "c"]), (["\n\n"], ["", ""]), (["gr\u{fc}n\n"], ["grün"]),
            (["a\r", "\nb"], ["a", "b"]), ([" 10 %\r 50 %\r100 %\n"], ["100 %"]), (["\r\n"], [""]),
            (["a\tb\n\t|\n12345678\t|\n"], ["a       b", "        |", "12345678        |"]),
            (["\u{1B}[1;31mred\u{1B}[0m and \u{1B}[Kplain\n"], ["red and plain"]),
        ] as [([String], [String])])
    func lines(pieces: [String], expected: [String]) {
        var splitter = LineSplitter()
        var lines = pieces.flatMap { splitter.consume($0.utf8) }
        lines += [splitter.finish()].compactMap(\.self)
        #expect(lines == expected)
    }

    @Test("an overlong line is split at the limit")
    func endless() {
        var splitter = LineSplitter(limit: 4)
        #expect(splitter.consume("abcdefghij".utf8) == ["abcd", "efgh"])
        #expect(splitter.finish() == "ij")
        #expect(splitter.finish() == nil)
    }

    @Test("tabs do not make a line grow without end")
    func tabs() {
        var splitter = LineSplitter(limit: 1000)
        let lines = splitter.consume(Array(repeating: UInt8(ascii: "\t"), count: 1000))
        #expect(lines.count == 1 && lines[0].count < 2008)
    }

    @Test("invalid UTF-8 is accepted")
    func binary() {
        var splitter = LineSplitter()
        #expect(splitter.consume([0xff, 0x41, 0x0a]) == ["\u{FFFD}A"])
    }
}
