import Synchronization

/// Runs operations one at a time, first come, first served. An operation whose caller is cancelled while it waits never runs.
package final class AsyncLock: Sendable {
    /// Too many operations wait already.
    package struct Busy: Error {}

    private struct State {
        var isLocked = false
        var waiting: [Latch<Void>] = []
    }

    private let state = Mutex(State())

    package init() {}

    /// - Parameter limit: The most operations that may wait already; nil for any number.
    /// - Throws: What the operation throws; `Busy`; `CancellationError` where the caller is cancelled before its turn.
    package func withLock<Value: Sendable>(
        waiting limit: Int? = nil, _ operation: () async throws -> Value
    ) async throws -> Value {
        try await lock(waiting: limit)
        defer { unlock() }
        try Task.checkCancellation()
        return try await operation()
    }

    private func lock(waiting limit: Int?) async throws {
        let turn = Latch<Void>()
        let isFree = try state.withLock { state in
            guard state.isLocked else {
                state.isLocked = true
                return true
            }
            if let limit, state.waiting.count >= limit { throw Busy() }
            state.waiting.append(turn)
            return false
        }
        if isFree { return }
        do {
            try await turn.get()
        } catch {
            let wasWaiting = state.withLock { state in
                let index = state.waiting.firstIndex { $0 === turn }
                if let index { state.waiting.remove(at: index) }
                return index != nil
            }
            // The turn arrived together with the cancellation: pass it on.
            if !wasWaiting { unlock() }
            throw error
        }
    }

    private func unlock() {
        let next = state.withLock { state -> Latch<Void>? in
            state.isLocked = !state.waiting.isEmpty
            return state.isLocked ? state.waiting.removeFirst() : nil
        }
        next?.set(())
    }
}
