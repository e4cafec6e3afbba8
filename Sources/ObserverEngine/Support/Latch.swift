import Synchronization

/// A value that is set once, and that others wait for.
package final class Latch<Value: Sendable>: Sendable {
    private struct State {
        var value: Value?
        var waiters: [Int: AsyncStream<Value>.Continuation] = [:]
        var lastWaiter = 0
    }

    private let state = Mutex(State())

    package init() {}

    /// Sets the value; a later one is passed over.
    package func set(_ value: Value) {
        let waiters = state.withLock { state -> [Int: AsyncStream<Value>.Continuation] in
            guard state.value == nil else { return [:] }
            state.value = value
            defer { state.waiters = [:] }
            return state.waiters
        }
        for waiter in waiters.values { waiter.yield(value) }
    }

    /// The value, as soon as it is there.
    /// - Throws: `CancellationError`
    package func get() async throws -> Value {
        let (stream, continuation) = AsyncStream.makeStream(of: Value.self)
        let (present, waiter) = state.withLock { state in
            state.lastWaiter += 1
            if state.value == nil { state.waiters[state.lastWaiter] = continuation }
            return (state.value, state.lastWaiter)
        }
        if let present { return present }
        // Who gives up leaves nothing behind.
        defer { state.withLock { _ = $0.waiters.removeValue(forKey: waiter) } }
        for await value in stream { return value }
        throw CancellationError()
    }
}
