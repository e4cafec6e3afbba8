package import Logging

/// An error that knows whether a retry can help.
package protocol RetryableError: Error {
    var isTransient: Bool { get }
    /// How long the server asked the client to wait.
    var retryAfter: Duration? { get }
}

/// Retries an operation while its errors are transient.
package struct Retry: Sendable {
    private let deadline: ContinuousClock.Instant?
    private let logger: Logger
    private let backoff: Backoff

    /// - Parameter deadline: When to give up; nil retries forever.
    package init(until deadline: ContinuousClock.Instant?, backoff: Backoff = Backoff(), logger: Logger) {
        self.deadline = deadline
        self.backoff = backoff
        self.logger = logger
    }

    /// - Throws: The operation's last error if it is not transient or the next delay would pass the deadline;
    ///   `CancellationError`.
    package func callAsFunction<Value: Sendable>(_ operation: () async throws -> Value) async throws -> Value {
        var backoff = backoff
        while true {
            do {
                return try await operation()
            } catch let error as any RetryableError where error.isTransient {
                var delay = max(backoff.delay(), error.retryAfter ?? .zero)
                if let deadline {
                    let rest = deadline - .now
                    guard rest > .zero, error.retryAfter.map({ $0 < rest }) ?? true else { throw error }
                    // The last attempt is at the deadline itself.
                    delay = min(delay, rest)
                }
                logger.warning("\(error) Retrying.", metadata: [.retryIn: "\(delay.brief)"])
                try await Task.sleep(for: delay)
            }
        }
    }
}

/// Delays between retries: doubling up to a limit, with jitter so that clients do not all return at once.
package struct Backoff: Sendable {
    private var next: Duration
    private let limit: Duration

    package init(first: Duration = .seconds(1), limit: Duration = .seconds(60)) {
        self.next = first
        self.limit = limit
    }

    /// Between half and all of a delay that doubles from call to call up to the limit.
    package mutating func delay(using generator: inout some RandomNumberGenerator) -> Duration {
        let full = next
        next = min(next * 2, limit)
        return full * Double.random(in: 0.5...1, using: &generator)
    }

    package mutating func delay() -> Duration {
        var generator = SystemRandomNumberGenerator()
        return delay(using: &generator)
    }
}

/// An operation did not end within its time limit.
package struct TimedOut: Error, Equatable {
    package let limit: Duration
}

/// Runs the operation and cancels it at the limit. Without any time left it is not started.
/// - Throws: `TimedOut`, or an error of the operation.
package func withTimeout<Value: Sendable>(
    _ limit: Duration, _ operation: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    guard limit > .zero else { throw TimedOut(limit: limit) }
    return try await withThrowingTaskGroup(of: Value.self) { group in
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
