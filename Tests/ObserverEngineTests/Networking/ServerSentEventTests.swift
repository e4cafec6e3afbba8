import ObserverEngine
import TestTraits
import Testing

@Suite("Server-sent events")
struct ServerSentEventTests {
    private func events(_ pieces: [[UInt8]]) throws -> [ServerSentEvent] {
        var parser = ServerSentEventParser()
        return try pieces.flatMap { try parser.consume($0) }
    }

    private func events(_ text: String) throws -> [ServerSentEvent] {
        try events([Array(text.utf8)])
    }

    @Test(
        "are parsed as specified",
        arguments: [
            ("data: one\n\n", [ServerSentEvent(type: "message", data: "one")]),
            ("event: status\ndata: {}\n\n", [ServerSentEvent(type: "status", data: "{}")]),
            ("data:no blank\n\n", [ServerSentEvent(type: "message", data: "no blank")]),
            ("data:  two blanks\n\n", [ServerSentEvent(type: "message", data: " two blanks")]),
            ("data: a\ndata: b\ndata\n\n", [ServerSentEvent(type: "message", data: "a\nb\n")]),
            ("data\n\n", [ServerSentEvent(type: "message", data: "")]),
            ("data: a:b\n\n", [ServerSentEvent(type: "message", data: "a:b")]),
            (": a comment\n\n", []), ("event: lonely\n\n", []), ("unknown: x\n\n", []), ("data: unfinished\n", []),
            ("event: x\n\ndata: a\n\n", [ServerSentEvent(type: "message", data: "a")]),
            (
                "id: 7\ndata: a\n\ndata: b\n\n",
                [
                    ServerSentEvent(type: "message", data: "a", id: "7"),
                    ServerSentEvent(type: "message", data: "b", id: "7"),
                ]
            ),
        ])
    func rules(stream: String, expected: [ServerSentEvent]) throws {
        #expect(try events(stream) == expected)
    }

    @Test("may use any of the three line endings", arguments: ["\n", "\r", "\r\n"])
    func lineEnds(end: String) throws {
        let stream = ["event: status_update_event", "data: {\"a\":1}", "", "data: x", "", ""].joined(separator: end)
        #expect(
            try events(stream) == [
                ServerSentEvent(type: "status_update_event", data: #"{"a":1}"#),
                ServerSentEvent(type: "message", data: "x"),
            ])
    }

    @Test("may arrive in chunks of any size", arguments: ["\n", "\r", "\r\n"])
    func pieces(end: String) throws {
        let stream = Array(
            ["event: grün", "data: 北京", "data: 2", "", "", "data: x", "", ""].joined(separator: end).utf8)
        let whole = try events([stream])
        #expect(whole.count == 2)
        for cut in 0...stream.count {
            #expect(try events([Array(stream[..<cut]), Array(stream[cut...])]) == whole, "cut at \(cut)")
        }
        #expect(try events(stream.map { [$0] }) == whole)
    }

    @Test("may have empty lines as heartbeats between them", arguments: ["\r", "\n", "\r\n"])
    func heartbeats(end: String) throws {
        let beat = String(repeating: end, count: 3)
        #expect(
            try events("\(beat)data: a\n\n\(beat)data: b\n\n\(beat)").map(\.data) == ["a", "b"])
    }

    @Test("are delivered with their last line ending")
    func prompt() throws {
        var parser = ServerSentEventParser()
        #expect(try parser.consume(Array("data: a\r\n\r".utf8)).map(\.data) == ["a"])
        #expect(try parser.consume(Array("\ndata: b\r\n\r\n".utf8)).map(\.data) == ["b"])
    }

    @Test("with very many lines take linear time", .onComputingQueue, .timeLimit(.minutes(5)))
    func manyLines() throws {
        let count = 500_000
        #expect(
            try events([Array(repeatElement("data:x\n".utf8, count: count).joined()), [0x0A]])
                .map(\.data.utf8.count) == [2 * count - 1])
    }

    @Test(
        "with an overlong line or event are rejected",
        arguments: ["data: 0123456789", "data: 01234\ndata: 01234\n", ":0123456789"])
    func overlong(stream: String) {
        var parser = ServerSentEventParser(limit: 10)
        #expect(throws: ServerSentEventParser.Overlong.self) { try parser.consume(Array(stream.utf8)) }
    }
}
