import Testing

@testable import ObserverTUI

@Suite("Bodies as people read them")
struct JSONTextTests {
    @Test("one member on a line, in the order in which it was sent, strings untouched")
    func pretty() {
        #expect(
            JSONText.lines(of: #"{"b":1,"a":{"x":[1,2],"e":{},"s":"a{\"b\",c"},"l":[]}"#) == [
                "{", "  \"b\": 1,", "  \"a\": {", "    \"x\": [", "      1,", "      2", "    ],", "    \"e\": {},",
                #"    "s": "a{\"b\",c""#, "  },", "  \"l\": []", "}",
            ])
    }

    @Test("already pretty JSON stays so")
    func idempotent() {
        let text = "{\n  \"a\": [\n    1\n  ]\n}"
        #expect(JSONText.lines(of: text).joined(separator: "\n") == text)
    }

    @Test("what is no JSON keeps its lines; what is broken does not trap; what is huge is cut")
    func other() {
        #expect(JSONText.lines(of: "a=1\nb=2") == ["a=1", "b=2"])
        #expect(JSONText.lines(of: "}}}]").isEmpty == false)
        #expect(JSONText.lines(of: "{]}]\"\\").isEmpty == false)
        let huge = JSONText.lines(of: "[" + String(repeating: "1,", count: 300_000) + "1]")
        #expect(huge.last == "… and 400 kB more")
    }
}
