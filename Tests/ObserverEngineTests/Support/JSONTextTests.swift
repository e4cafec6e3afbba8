import ObserverEngine
import TestTraits
import Testing

@Suite("Formatted JSON")
struct JSONTextTests {
    @Test("has one member per line in the original order, and keeps strings")
    func pretty() {
        #expect(
            JSONText.lines(of: #"{"b":1,"a":{"x":[1,2],"e":{},"s":"a{\"b\",c"},"l":[]}"#) == [
                "{", "  \"b\": 1,", "  \"a\": {", "    \"x\": [", "      1,", "      2", "    ],", "    \"e\": {},",
                #"    "s": "a{\"b\",c""#, "  },", "  \"l\": []", "}",
            ])
    }

    @Test("formatted JSON does not change")
    func idempotent() {
        let text = "{\n  \"a\": [\n    1\n  ]\n}"
        #expect(JSONText.lines(of: text).joined(separator: "\n") == text)
    }

    @Test("keeps the lines of other text, survives broken JSON, and cuts at the limit", .onComputingQueue)
    func other() {
        #expect(JSONText.lines(of: "a=1\nb=2") == ["a=1", "b=2"])
        #expect(JSONText.lines(of: "}}}]").isEmpty == false)
        #expect(JSONText.lines(of: "{]}]\"\\").isEmpty == false)
        let huge = JSONText.lines(of: "[" + String(repeating: "1,", count: 300_000) + "1]", limit: 200_000)
        #expect(huge.last == "… and 400 kB more")
    }
}
