/// A simulated server's response.
package struct SimulatedResponse: Sendable {
    package var status: Int
    package var headers: HeaderFields
    package var body: Body

    package enum Body: Sendable {
        case bytes([UInt8])
        /// Parts that are sent in chunks, or raw until the connection is closed.
        case stream(ByteStream, framing: Framing)
    }

    package enum Framing: Sendable {
        case chunked
        case untilClose
    }

    package init(status: Int, headers: HeaderFields = [:], body: Body = .bytes([])) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The whole body, unless it is a stream.
    package var bytes: [UInt8]? {
        if case .bytes(let bytes) = body { bytes } else { nil }
    }

    /// The whole body if it is known in advance, even if it is sent in parts.
    var knownBytes: [UInt8]? {
        switch body {
        case .bytes(let bytes): bytes
        case .stream(let stream, _): stream.known
        }
    }

    static func json(_ json: JSON, status: Int = 200, headers: HeaderFields = [:]) -> SimulatedResponse {
        let type: HeaderFields = ["Content-Type": "application/json; charset=utf-8"]
        return SimulatedResponse(status: status, headers: type.merging(headers), body: .bytes(json.bytes))
    }

    static func text(_ text: String, status: Int = 200, type: String = "text/plain; charset=utf-8") -> SimulatedResponse
    {
        SimulatedResponse(status: status, headers: ["Content-Type": type], body: .bytes(Array(text.utf8)))
    }
}

/// The parts of a streamed body, and what to do when the client disconnects.
package struct ByteStream: Sendable {
    var parts: AsyncStream<[UInt8]>
    var cancel: @Sendable () -> Void
    /// All parts together, if they are known in advance.
    private(set) var known: [UInt8]?

    init(_ parts: AsyncStream<[UInt8]>, cancel: @escaping @Sendable () -> Void = {}) {
        self.parts = parts
        self.cancel = cancel
    }

    /// A stream of parts that are known in advance.
    init(_ parts: [[UInt8]]) {
        self.init(
            AsyncStream { continuation in
                for part in parts { continuation.yield(part) }
                continuation.finish()
            })
        known = parts.flatMap(\.self)
    }
}
