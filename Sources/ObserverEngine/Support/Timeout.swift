/// An operation did not end within its time limit.
package struct TimedOut: Error, Equatable {
    package let limit: Duration
}

/// Runs the operation and cancels it at the limit.
/// - Throws: `TimedOut`, or what the operation throws.
package func withTimeout<Value: Sendable>(
    _ limit: Duration, _ operation: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask(operation: operation)
        group.addTask {
            try await Task.sleep(for: limit)
            throw TimedOut(limit: limit)
        }
        defer { group.cancelAll() }
        guard let value = try await group.next() else { throw CancellationError() }
        return value
    }
}
