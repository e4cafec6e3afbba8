package import NIOCore

/// The server-sent events of a response; ends or throws when the connection does.
package struct ServerSentEvents<Body: AsyncSequence<ByteBuffer, any Error> & Sendable>: AsyncSequence, Sendable {
    package typealias Element = ServerSentEvent

    private let body: Body

    package init(body: Body) {
        self.body = body
    }

    package func makeAsyncIterator() -> Iterator {
        Iterator(chunks: body.makeAsyncIterator())
    }

    package struct Iterator: AsyncIteratorProtocol {
        private var chunks: Body.AsyncIterator
        private var parser = ServerSentEventParser()
        private var events: ArraySlice<ServerSentEvent> = []

        init(chunks: Body.AsyncIterator) {
            self.chunks = chunks
        }

        package mutating func next() async throws -> ServerSentEvent? {
            while events.isEmpty {
                guard let chunk = try await chunks.next() else { return nil }
                events = try parser.consume(chunk.readableBytesView)[...]
            }
            return events.removeFirst()
        }
    }
}

/// One server-sent event.
package struct ServerSentEvent: Equatable, Sendable {
    package var type: String
    package var data: String
    package var id: String?

    package init(type: String, data: String, id: String? = nil) {
        self.type = type
        self.data = data
        self.id = id
    }
}

/// Parses server-sent events, independent of the chunks in which they are read.
/// Source: https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
package struct ServerSentEventParser: Sendable {
    /// A line or an event exceeds the limit.
    package struct Overlong: Error {}

    /// Bytes of a line and of an event. Marathon's events may contain all apps of a cluster.
    private let limit: Int
    private var line: [UInt8] = []
    private var skipsLineFeed = false
    private var type = ""
    /// All lines so far, each with its line feed.
    private var data = ""
    private var id: String?

    package init(limit: Int = 32 * 1024 * 1024) {
        self.limit = limit
    }

    /// Returns the events that these bytes complete.
    package mutating func consume(_ bytes: some Sequence<UInt8>) throws(Overlong) -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        for byte in bytes {
            defer { skipsLineFeed = byte == UInt8(ascii: "\r") }
            switch byte {
            case UInt8(ascii: "\n") where skipsLineFeed: continue
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"): try endLine(into: &events)
            default:
                line.append(byte)
                if line.count > limit { throw Overlong() }
            }
        }
        return events
    }

    private mutating func endLine(into events: inout [ServerSentEvent]) throws(Overlong) {
        defer { line.removeAll(keepingCapacity: line.count < 64 * 1024) }
        guard !line.isEmpty else { return dispatch(into: &events) }
        let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
        var value = line[colon...].dropFirst()
        if value.first == UInt8(ascii: " ") { value.removeFirst() }
        let text = String(decoding: value, as: UTF8.self)
        switch String(decoding: line[..<colon], as: UTF8.self) {
        case "event": type = text
        case "id": id = text
        case "data":
            data += text + "\n"
            if data.utf8.count > limit + 1 { throw Overlong() }
        default: break
        }
    }

    private mutating func dispatch(into events: inout [ServerSentEvent]) {
        if !data.isEmpty {
            events.append(ServerSentEvent(type: type.isEmpty ? "message" : type, data: String(data.dropLast()), id: id))
        }
        type = ""
        data = ""
    }
}
