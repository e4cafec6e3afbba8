import Foundation
import TestTraits
import Testing

@testable import ObserverEngine

@Suite("Reading members of JSON")
struct JSONReaderTests {
    private struct Members: Equatable {
        var text: String?
        var flag: Bool?
        var number: Int64?
        var inner: String?
        var mismatch: String?

        init(text: String? = nil, flag: Bool? = nil, number: Int64? = nil, inner: String? = nil) {
            (self.text, self.flag, self.number, self.inner) = (text, flag, number, inner)
        }

        init(_ json: some Sequence<UInt8>) throws(JSONReader.Invalid) {
            var reader = JSONReader(Array(json))
            try reader.readDocument { (name, reader) throws(JSONReader.Invalid) in
                switch name {
                case "text": text = try reader.string()
                case "flag": flag = try reader.bool()
                case "number": number = try reader.integer()
                case "object":
                    try reader.object { (name, reader) throws(JSONReader.Invalid) in
                        switch name {
                        case "inner": inner = try reader.string()
                        default: try reader.skip()
                        }
                    }
                default: try reader.skip()
                }
            }
            mismatch = reader.mismatch
        }
    }

    @Test("wanted members are read, whatever is around them")
    func reading() throws {
        let json = """
            { "other" : [1, -2.5e+3, {"text": "no"}, [], {}, true, false, null], "text":"one",\t"flag":true,
            "object":{"inner":"two","inner2":{"inner":"no"}}, "number" : -17 }\r\n
            """
        #expect(try Members(json.utf8) == Members(text: "one", flag: true, number: -17, inner: "two"))
    }

    @Test("null and missing members are nil")
    func missing() throws {
        #expect(try Members("{}".utf8) == Members())
        #expect(try Members(#"{"text":null,"flag":null,"number":null,"object":null}"#.utf8) == Members())
    }

    @Test(
        "escapes are replaced by their characters",
        arguments: [
            (#"a\n\t\"\\\/\b\f\r"#, "a\n\t\"\\/\u{8}\u{C}\r"), (#"\u00e9t\u00C9 é"#, "étÉ é"),
            (#"\ud83d\ude80 up"#, "\u{1F680} up"), (#"half \ud83d."#, "half \u{FFFD}."), (#"\u0000"#, "\0"),
        ])
    func escapes(written: String, meant: String) throws {
        #expect(try Members("{\"text\":\"\(written)\"}".utf8).text == meant)
    }

    @Test(
        "a value of another type is reported with its path, and the first one counts",
        arguments: [
            (#"{"text":1,"flag":1}"#, "text"), (#"{"flag":"true"}"#, "flag"), (#"{"object":[]}"#, "object"),
            (#"{"object":{"inner":{"inner":1}}}"#, "object.inner"),
        ])
    func mismatch(json: String, path: String) throws {
        #expect(try Members(json.utf8).mismatch == path)
    }

    @Test(
        "a number that is not whole, too large or not a number is not read",
        arguments: ["1.5", "1e2", "\"1\"", "1\(Int64.max)"])
    func number(json: String) throws {
        #expect(try Members("{\"number\":\(json)}".utf8) == Members())
    }

    @Test(
        "invalid JSON is rejected, also in members that are not wanted",
        arguments: [
            "", " ", "[]", "1", "\"a\"", "{", "}", "{}}", "{} {}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "{a:1}",
            "{'a':1}", "{\"a\":1 \"b\":2}", "{\"a\":[1,]}", "{\"a\":[1 2]}", "{\"a\":[1}", "{\"a\":{]}", "{\"a\":01}",
            "{\"a\":-}", "{\"a\":+1}", "{\"a\":1.}", "{\"a\":.5}", "{\"a\":1e}", "{\"a\":0x1}", "{\"a\":nul}",
            "{\"a\":True}", "{\"a\":NaN}", "{\"a\":\"}", "{\"a\":\"\\x\"}", "{\"a\":\"\\u12g4\"}", "{\"a\":\"\\u12",
            "{\"a\":\"\\", "{\"a\":\"\n\"}", "{\"a\":\"\u{0}\"}", "\u{FEFF}{}",
        ])
    func invalid(json: String) {
        #expect(throws: JSONReader.Invalid.self) { try Members(json.utf8) }
    }

    @Test(
        "a wanted string that is not UTF-8 is rejected",
        arguments: [[0xC3], [0xFF], [0xED, 0xA0, 0x80]] as [[UInt8]])
    func encoding(bytes: [UInt8]) {
        let json = Array("{\"text\":\"".utf8) + bytes + Array("\"}".utf8)
        #expect(throws: JSONReader.Invalid.self) { try Members(json) }
    }

    @Test("special bytes are found at every place of a string", arguments: 0..<20)
    func places(padding: Int) throws {
        let plain = String(repeating: "é", count: padding)
        #expect(try Members("{\"text\":\"\(plain)\\t|\(plain)\"}".utf8).text == plain + "\t|" + plain)
        for special in ["\u{1}", "\u{1F}", "\n"] {
            #expect(throws: JSONReader.Invalid.self) {
                try Members("{\"text\":\"\(plain)\(special)\(plain)\"}".utf8)
            }
        }
        let blanks = String(repeating: " ", count: padding)
        #expect(try Members("{\(blanks)\"text\"\(blanks):\(blanks)\"a\"\(blanks)}\(blanks)".utf8).text == "a")
    }

    @Test("nesting is limited")
    func nesting() throws {
        let deep = { (depth: Int) in
            "{\"a\":" + String(repeating: "[", count: depth) + String(repeating: "]", count: depth) + "}"
        }
        #expect(try Members(deep(500).utf8) == Members())
        #expect(throws: JSONReader.Invalid.self) { try Members(deep(600).utf8) }
        #expect(throws: JSONReader.Invalid.self) { try Members(String(repeating: "{\"a\":", count: 100_000).utf8) }
    }

    /// Foundation is less strict about commas.
    @Test("documents that are accepted are read as by Foundation", .onComputingQueue)
    func comparison() throws {
        struct Decoded: Decodable {
            struct Inner: Decodable {
                let inner: String?
            }

            let text: String?
            let flag: Bool?
            let object: Inner?
        }
        let seed = #"{"x":[{"y":1.5e-3},"\u00e9\n"],"text":"a \ud83d\ude80\\ é","flag":false,"object":{"inner":"b"}}"#
        var accepted = 0
        for json in Mutation(of: [Array(seed.utf8)], count: 20_000) {
            guard let read = try? Members(json), read.mismatch == nil, read.text?.contains("\u{FFFD}") != true,
                let decoded = try? JSONDecoder().decode(Decoded.self, from: Data(json))
            else { continue }
            accepted += 1
            #expect(read == Members(text: decoded.text, flag: decoded.flag, inner: decoded.object?.inner))
        }
        #expect(accepted > 500)
    }
}
