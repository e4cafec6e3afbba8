/// Runs the body after each pause, and sooner at a signal; what comes while it runs makes it run once more. Goes on until
/// it is cancelled or the body throws.
/// - Parameter pause: Asked anew each time; nil waits for signals alone.
package func wakingUp(
    after pause: @escaping @Sendable () -> Duration?, at signals: AsyncStream<Void>,
    _ body: @escaping @Sendable () async throws -> Void
) async throws {
    let (wakeUps, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
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
            for await _ in wakeUps { try await body() }
            throw CancellationError()
        }
        try await group.waitForAll()
    }
}
