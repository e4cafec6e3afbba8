import Simulators
import Testing

@Suite("Simulators' JSON")
struct JSONTests {
    @Test(
        "documents round-trip",
        arguments: [
            #"{"a":[1,-2.5,true,false,null],"b":{"c":"d"}}"#,
            #""quote \" backslash \\ newline \n tab \t control \u0001 umlaut ü""#,
            "[]", "{}", "0", "-1", "1.0e+3",
        ])
    func roundTrip(text: String) throws {
        let value = try JSON(parsing: text)
        #expect(try JSON(parsing: value.text) == value)
    }

    @Test("surrogate pairs are decoded")
    func surrogates() throws {
        #expect(try JSON(parsing: #""\ud83d\ude80""#) == "🚀")
        #expect(try JSON(parsing: #""\ud83d""#) == "\u{FFFD}")
    }

    @Test("whole numbers are equal in every notation")
    func wholeNumbers() throws {
        #expect(try JSON(parsing: "1.0") == 1)
        #expect(try JSON(parsing: "128.0").text == "128")
    }

    @Test(
        "invalid JSON is rejected",
        arguments: ["", "{", "[1,]", "{\"a\" 1}", "nul", "1 2", "\"a", "+1"])
    func syntaxErrors(text: String) {
        #expect(throws: JSONSyntaxError.self) { try JSON(parsing: text) }
    }
}
