/// Runs the body after every pause, and earlier on a signal, until cancelled or until the body throws. Signals that arrive
/// while it runs cause one further run.
/// - Parameter pause: Evaluated before each pause; nil waits for signals only.
package func repeating(
    after pause: @escaping @Sendable () -> Duration?, orOn signals: AsyncStream<Void>,
    _ body: @escaping @Sendable () async throws -> Void
) async throws {
    let (runs, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            for await _ in signals { continuation.yield() }
        }
        group.addTask {
            while let pause = pause() {
                try await Task.sleep(for: pause)
                continuation.yield()
            }
        }
        group.addTask {
            for await _ in runs { try await body() }
            throw CancellationError()
        }
        // Unlike `waitForAll`, this ends with the first error.
        while try await group.next() != nil {}
    }
}

/// Waits until a signal arrives or a time has passed.
/// - Parameters:
///   - limit: nil waits for a signal only.
///   - signals: A stream of which this is the only reader, now and later.
/// - Throws: `CancellationError`
package func wait(atMost limit: Duration?, orUntil signals: AsyncStream<Void>) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            for await _ in signals { return }
            throw CancellationError()
        }
        if let limit { group.addTask { try await Task.sleep(for: limit) } }
        defer { group.cancelAll() }
        try await group.next()
    }
}
