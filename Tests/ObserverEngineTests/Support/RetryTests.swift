import Logging
import ObserverEngine
import Synchronization
import Testing

@Suite("Retries")
struct RetryTests {
    private struct Failure: RetryableError, CustomStringConvertible {
        var attempt = 0
        var isTransient = true
        var retryAfter: Duration?

        var description: String { "Attempt \(attempt) failed." }
    }

    /// Fails a number of times, then returns the number of the attempt.
    private final class Flaky: Sendable {
        private let attempts = Mutex(0)
        let failures: Int
        let failure: Failure

        init(failures: Int, _ failure: Failure = Failure()) {
            self.failures = failures
            self.failure = failure
        }

        var count: Int { attempts.withLock(\.self) }

        func attempt() throws -> Int {
            let attempt = attempts.withLock {
                $0 += 1; return $0
            }
            guard attempt <= failures else { return attempt }
            var failure = failure
            failure.attempt = attempt
            throw failure
        }
    }

    private static let fast = Backoff(first: .milliseconds(1), limit: .milliseconds(4))

    private func retry(until deadline: ContinuousClock.Instant? = nil, log: Lines = Lines()) -> Retry {
        Retry(
            until: deadline, backoff: Self.fast,
            logger: Logger(label: "test") { _ in
                LogrusHandler(level: .debug, format: .text, redactor: Redactor(secrets: [])) { log.append($0) }
            })
    }

    @Test("continue until the operation succeeds, each logged with reason and delay")
    func success() async throws {
        let flaky = Flaky(failures: 5)
        let log = Lines()
        #expect(try await retry(log: log).callAsFunction { try flaky.attempt() } == 6)
        #expect(log.all.count == 5)
        #expect(log.all.first?.contains(#"level=warning msg="Attempt 1 failed. Retrying." retry_in="#) == true)
    }

    @Test("stop at once at a permanent error")
    func lasting() async {
        let flaky = Flaky(failures: .max, Failure(isTransient: false))
        let error = await #expect(throws: Failure.self) { try await retry().callAsFunction { try flaky.attempt() } }
        #expect(error?.attempt == 1)
    }

    @Test("pass other errors through")
    func other() async {
        struct Other: Error {}
        await #expect(throws: Other.self) { try await retry().callAsFunction { () -> Int in throw Other() } }
    }

    @Test("stop at the deadline with the last error")
    func deadline() async throws {
        let flaky = Flaky(failures: .max)
        let error = await #expect(throws: Failure.self) {
            try await retry(until: .now + .milliseconds(100)).callAsFunction { try flaky.attempt() }
        }
        #expect(flaky.count > 1)
        #expect(error?.attempt == flaky.count)
    }

    @Test("do not wait if the server asks for a delay beyond the deadline")
    func beyond() async {
        let flaky = Flaky(failures: .max, Failure(retryAfter: .seconds(3600)))
        let began = ContinuousClock.now
        await #expect(throws: Failure.self) {
            try await retry(until: .now + .seconds(60)).callAsFunction { try flaky.attempt() }
        }
        #expect(flaky.count == 1)
        #expect(.now - began < .seconds(30))
    }

    @Test("wait as long as the server asked")
    func retryAfter() async throws {
        let flaky = Flaky(failures: 1, Failure(retryAfter: .milliseconds(150)))
        let began = ContinuousClock.now
        #expect(try await retry().callAsFunction { try flaky.attempt() } == 2)
        #expect(.now - began >= .milliseconds(150))
    }

    @Test("stop when the task is cancelled")
    func cancellation() async {
        let flaky = Flaky(failures: .max, Failure(retryAfter: .seconds(3600)))
        let log = Lines()
        await #expect(throws: CancellationError.self) {
            try await withThrowingTaskGroup(of: Int.self) { group in
                group.addTask { try await retry(log: log).callAsFunction { try flaky.attempt() } }
                try await log.wait(for: "Retrying.")
                group.cancelAll()
                _ = try await group.next()
            }
        }
    }
}
