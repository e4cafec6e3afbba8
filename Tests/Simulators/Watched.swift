import Synchronization

/// A value behind a lock whose changes can be awaited, without polling.
package final class Watched<Value: Sendable>: Sendable {
    private struct Waiter {
        /// Resumes the waiting task where the value satisfies it, and tells whether it did.
        var resumeIfSatisfied: @Sendable (Value) -> Bool
        var cancel: @Sendable () -> Void
    }

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
        try state.withLock { state in
            defer {
                for (id, waiter) in state.waiters where waiter.resumeIfSatisfied(state.value) {
                    state.waiters[id] = nil
                }
            }
            return try body(&state.value)
        }
    }

    /// Suspends until `condition` finds what it looks for; throws ``WaitTimeout`` when it does not within
    /// `timeout` (nil: as long as it takes).
    package func wait<Result: Sendable>(
        for what: String,
        timeout: Duration? = .seconds(10),
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
                state.withLock { state in
                    if let result = condition(state.value) {
                        continuation.resume(returning: result)
                    } else if Task.isCancelled {
                        continuation.resume(throwing: CancellationError())
                    } else {
                        state.waiters[id] = Waiter(
                            resumeIfSatisfied: { value in
                                guard let result = condition(value) else { return false }
                                continuation.resume(returning: result)
                                return true
                            },
                            cancel: { continuation.resume(throwing: CancellationError()) }
                        )
                    }
                }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.cancel()
        }
    }
}

/// Something that a test waited for did not happen in time.
package struct WaitTimeout: Error, CustomStringConvertible {
    package var what: String
    package var timeout: Duration
    package var seen: String

    package var description: String {
        "waited \(timeout) in vain for \(what)" + (seen.isEmpty ? "" : "; seen so far: \(seen)")
    }
}
