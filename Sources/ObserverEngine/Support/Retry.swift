package import Logging

/// An error that tells whether trying again can help.
package protocol RetryableError: Error {
    var isTransient: Bool { get }
    /// How long the server asked us to wait.
    var retryAfter: Duration? { get }
}

/// Tries an operation again for as long as its errors are transient.
package struct Retry: Sendable {
    private let deadline: ContinuousClock.Instant?
    private let logger: Logger
    private let backoff: Backoff

    /// - Parameter deadline: When to give up; nil never does.
    package init(until deadline: ContinuousClock.Instant?, backoff: Backoff = Backoff(), logger: Logger) {
        self.deadline = deadline
        self.backoff = backoff
        self.logger = logger
    }

    /// - Throws: The operation's last error, when it is not transient or waiting would pass the deadline;
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
                    // The last try is at the deadline itself.
                    delay = min(delay, rest)
                }
                logger.warning("\(error) Trying again.", metadata: [.retryIn: "\(delay.brief)"])
                try await Task.sleep(for: delay)
            }
        }
    }
}
