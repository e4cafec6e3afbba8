import Synchronization

/// The subscribers of the event stream.
final class EventHub: Sendable {
    private struct Subscriber {
        var types: Set<String>
        var continuation: AsyncStream<[UInt8]>.Continuation
    }

    private struct State {
        var subscribers: [Int: Subscriber] = [:]
        var lastID = 0
        var isStalled = false
    }

    private let state = Mutex(State())

    var count: Int { state.withLock { $0.subscribers.count } }

    /// A new subscriber for some types of events, or for all where there are none named.
    func subscribe(_ types: Set<String>, first: [MarathonEvent]) -> ByteStream {
        let (stream, continuation) = AsyncStream.makeStream(of: [UInt8].self)
        let id = state.withLock { state in
            state.lastID += 1
            state.subscribers[state.lastID] = Subscriber(types: types, continuation: continuation)
            return state.lastID
        }
        for event in first where types.isEmpty || types.contains(event.type) { continuation.yield(event.frame) }
        return ByteStream(stream) {
            self.state.withLock { $0.subscribers.removeValue(forKey: id) }?.continuation.finish()
        }
    }

    func publish(_ events: [MarathonEvent]) {
        state.withLock { state in
            guard !state.isStalled else { return }
            for event in events {
                for subscriber in state.subscribers.values
                where subscriber.types.isEmpty || subscriber.types.contains(event.type) {
                    subscriber.continuation.yield(event.frame)
                }
            }
        }
    }

    /// Sends bytes to everybody, whatever they are.
    func send(_ bytes: [UInt8]) {
        state.withLock { state in
            guard !state.isStalled else { return }
            for subscriber in state.subscribers.values { subscriber.continuation.yield(bytes) }
        }
    }

    /// Ends all streams.
    func dropAll() {
        let dropped = state.withLock { state in
            defer { state.subscribers = [:] }
            return state.subscribers.values.map(\.continuation)
        }
        for continuation in dropped { continuation.finish() }
    }

    /// Loses everything from now on, heartbeats too, without closing the streams.
    func setStalled(_ isStalled: Bool) {
        state.withLock { $0.isStalled = isStalled }
    }
}
