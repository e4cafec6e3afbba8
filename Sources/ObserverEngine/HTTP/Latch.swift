import Synchronization

/// A value that is set once, and that others wait for.
package final class Latch<Value: Sendable>: Sendable {
    private struct State {
        var value: Value?
        var waiters: [AsyncStream<Value>.Continuation] = []
    }

    private let state = Mutex(State())

    package init() {}

    /// Sets the value; a later one is passed over.
    package func set(_ value: Value) {
        let waiters = state.withLock { state -> [AsyncStream<Value>.Continuation] in
            guard state.value == nil else { return [] }
            state.value = value
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.yield(value) }
    }

    /// The value, as soon as it is there.
    /// - Throws: `CancellationError`
    package func get() async throws -> Value {
        let (stream, continuation) = AsyncStream.makeStream(of: Value.self)
        let present = state.withLock { state -> Value? in
            if state.value == nil { state.waiters.append(continuation) }
            return state.value
        }
        if let present { return present }
        for await value in stream { return value }
        throw CancellationError()
    }
}
