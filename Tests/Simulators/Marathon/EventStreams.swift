import Synchronization

/// The open event streams.
final class EventStreams: Sendable {
    private struct Stream {
        var types: Set<String>
        var continuation: AsyncStream<[UInt8]>.Continuation
    }

    private struct State {
        var streams: [Int: Stream] = [:]
        var lastID = 0
        var isStalled = false
    }

    private let state = Mutex(State())

    /// Opens a stream of events of the given types, or of all types if there are none.
    func subscribe(_ types: Set<String>, first: [MarathonEvent]) -> ByteStream {
        let (stream, continuation) = AsyncStream.makeStream(of: [UInt8].self)
        let id = state.withLock { state in
            state.lastID += 1
            state.streams[state.lastID] = Stream(types: types, continuation: continuation)
            return state.lastID
        }
        for event in first where types.isEmpty || types.contains(event.type) { continuation.yield(event.frame) }
        return ByteStream(stream) {
            self.state.withLock { $0.streams.removeValue(forKey: id) }?.continuation.finish()
        }
    }

    func publish(_ events: [MarathonEvent]) {
        state.withLock { state in
            guard !state.isStalled else { return }
            for event in events {
                for stream in state.streams.values
                where stream.types.isEmpty || stream.types.contains(event.type) {
                    stream.continuation.yield(event.frame)
                }
            }
        }
    }

    /// Sends arbitrary bytes to every stream.
    func send(_ bytes: [UInt8]) {
        state.withLock { state in
            guard !state.isStalled else { return }
            for stream in state.streams.values { stream.continuation.yield(bytes) }
        }
    }

    /// Closes all streams.
    func dropAll() {
        let dropped = state.withLock { state in
            defer { state.streams = [:] }
            return state.streams.values.map(\.continuation)
        }
        for continuation in dropped { continuation.finish() }
    }

    /// Drops all events and heartbeats from now on, without closing the streams.
    func setStalled(_ isStalled: Bool) {
        state.withLock { $0.isStalled = isStalled }
    }
}

/// An event.
struct MarathonEvent: Sendable {
    var type: String
    var members: JSON
    var timestamp: String

    /// The event as framed by Marathon: CRLF line endings, data on one line, no id.
    var frame: [UInt8] {
        let document = members.merging(["eventType": .string(type), "timestamp": .string(timestamp)])
        return Array("event: \(type)\r\ndata: \(document.text)\r\n\r\n".utf8)
    }
}
