import Synchronization

/// A value behind a lock whose changes can be awaited without polling.
package final class Awaitable<Value: Sendable>: Sendable {
    private struct Waiter {
        /// Returns how to resume the waiting task, or nil if the value does not satisfy its condition.
        var resumption: @Sendable (Value) -> Resumption?
        var cancel: Resumption
    }

    /// Called outside the lock: resuming a task takes the task's own lock, which a cancelled task holds while it waits for
    /// this one.
    private typealias Resumption = @Sendable () -> Void

    private struct State {
        var value: Value
        var waiters: [Int: Waiter] = [:]
        var nextWaiter = 0
    }

    private let state: Mutex<State>

    package init(_ value: Value) {
        state = Mutex(State(value: value))
    }

    package var value: Value { state.withLock { $0.value } }

    package func read<Result: Sendable>(_ body: (Value) throws -> Result) rethrows -> Result {
        try state.withLock { try body($0.value) }
    }

    @discardableResult
    package func change<Result: Sendable>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        let (result, resumptions) = try state.withLock { state in
            let result = try body(&state.value)
            var resumptions: [Resumption] = []
            for (id, waiter) in state.waiters {
                guard let resumption = waiter.resumption(state.value) else { continue }
                resumptions.append(resumption)
                state.waiters[id] = nil
            }
            return (result, resumptions)
        }
        for resume in resumptions { resume() }
        return result
    }

    /// Suspends until `condition` returns a result. Throws ``WaitTimeout`` after `timeout`; nil waits forever.
    package func wait<Result: Sendable>(
        for what: String,
        timeout: Duration? = .testTimeout,
        describe: @escaping @Sendable (Value) -> String = { _ in "" },
        until condition: @escaping @Sendable (Value) -> Result?
    ) async throws -> Result {
        guard let timeout else { return try await firstMatch(condition) }
        return try await withThrowingTaskGroup(of: Result.self) { group in
            group.addTask { try await self.firstMatch(condition) }
            group.addTask {
                try await Task.sleep(for: timeout)
                throw WaitTimeout(what: what, timeout: timeout, seen: self.read(describe))
            }
            defer { group.cancelAll() }
            guard let result = try await group.next() else { throw CancellationError() }
            return result
        }
    }

    private func firstMatch<Result: Sendable>(
        _ condition: @escaping @Sendable (Value) -> Result?
    ) async throws -> Result {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let waiter = Waiter { value in
                    guard let result = condition(value) else { return nil }
                    return { continuation.resume(returning: result) }
                } cancel: {
                    continuation.resume(throwing: CancellationError())
                }
                let resume = state.withLock { state -> Resumption? in
                    if let resumption = waiter.resumption(state.value) { return resumption }
                    if Task.isCancelled { return waiter.cancel }
                    state.waiters[id] = waiter
                    return nil
                }
                resume?()
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.cancel()
        }
    }
}

/// An event that a test waited for did not happen in time.
package struct WaitTimeout: Error, CustomStringConvertible {
    package var what: String
    package var timeout: Duration
    package var seen: String

    package var description: String {
        "timed out after \(timeout) waiting for \(what)" + (seen.isEmpty ? "" : "; seen so far: \(seen)")
    }
}
