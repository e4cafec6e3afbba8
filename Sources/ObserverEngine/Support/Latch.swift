import Synchronization

/// A value that is set once and that tasks can wait for.
package final class Latch<Value: Sendable>: Sendable {
    private struct State {
        var value: Value?
        var waiters: [Int: AsyncStream<Value>.Continuation] = [:]
        var lastWaiter = 0
    }

    private let state = Mutex(State())

    package init() {}

    package var isSet: Bool { state.withLock { $0.value != nil } }

    /// Sets the value; later calls have no effect.
    package func set(_ value: Value) {
        let waiters = state.withLock { state -> [Int: AsyncStream<Value>.Continuation] in
            guard state.value == nil else { return [:] }
            state.value = value
            defer { state.waiters = [:] }
            return state.waiters
        }
        for waiter in waiters.values { waiter.yield(value) }
    }

    /// Waits for the value.
    /// - Throws: `CancellationError`
    package func get() async throws -> Value {
        let (stream, continuation) = AsyncStream.makeStream(of: Value.self)
        let (present, waiter) = state.withLock { state in
            state.lastWaiter += 1
            if state.value == nil { state.waiters[state.lastWaiter] = continuation }
            return (state.value, state.lastWaiter)
        }
        if let present { return present }
        // A cancelled waiter must not stay in the list.
        defer { state.withLock { _ = $0.waiters.removeValue(forKey: waiter) } }
        for await value in stream { return value }
        throw CancellationError()
    }
}
