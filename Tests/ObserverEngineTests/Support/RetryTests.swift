import Logging
import ObserverEngine
import Synchronization
import Testing

@Suite("Trying again")
struct RetryTests {
    private struct Failure: RetryableError, CustomStringConvertible {
        var attempt = 0
        var isTransient = true
        var retryAfter: Duration?

        var description: String { "Attempt \(attempt) failed." }
    }

    /// Fails so many times, then gives the number of the attempt.
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

    private func patience(until deadline: ContinuousClock.Instant? = nil, log: Lines = Lines()) -> Retry {
        Retry(
            until: deadline, backoff: Self.fast,
            logger: Logger(label: "test") { _ in
                LogrusHandler(level: .debug, format: .text, redactor: Redactor(secrets: [])) { log.append($0) }
            })
    }

    @Test("goes on until it works, and says each time why and when")
    func success() async throws {
        let flaky = Flaky(failures: 5)
        let log = Lines()
        #expect(try await patience(log: log).callAsFunction { try flaky.attempt() } == 6)
        #expect(log.all.count == 5)
        #expect(log.all.first?.contains(#"level=warning msg="Attempt 1 failed. Trying again." retry_in="#) == true)
    }

    @Test("ends at once with an error that trying again does not mend")
    func lasting() async {
        let flaky = Flaky(failures: .max, Failure(isTransient: false))
        let error = await #expect(throws: Failure.self) { try await patience().callAsFunction { try flaky.attempt() } }
        #expect(error?.attempt == 1)
    }

    @Test("an error of another kind passes through")
    func other() async {
        struct Other: Error {}
        await #expect(throws: Other.self) { try await patience().callAsFunction { () -> Int in throw Other() } }
    }

    @Test("ends at the deadline with the last error, not with the first or one of its own")
    func deadline() async throws {
        let flaky = Flaky(failures: .max)
        let error = await #expect(throws: Failure.self) {
            try await patience(until: .now + .milliseconds(100)).callAsFunction { try flaky.attempt() }
        }
        #expect(flaky.count > 1)
        #expect(error?.attempt == flaky.count)
    }

    @Test("does not wait when the deadline would pass meanwhile")
    func beyond() async {
        let flaky = Flaky(failures: .max, Failure(retryAfter: .seconds(3600)))
        let began = ContinuousClock.now
        await #expect(throws: Failure.self) {
            try await patience(until: .now + .seconds(60)).callAsFunction { try flaky.attempt() }
        }
        #expect(flaky.count == 1)
        #expect(.now - began < .seconds(30))
    }

    @Test("waits as long as the server asked for")
    func retryAfter() async throws {
        let flaky = Flaky(failures: 1, Failure(retryAfter: .milliseconds(150)))
        let began = ContinuousClock.now
        #expect(try await patience().callAsFunction { try flaky.attempt() } == 2)
        #expect(.now - began >= .milliseconds(150))
    }

    @Test("ends with its task")
    func cancellation() async {
        let flaky = Flaky(failures: .max, Failure(retryAfter: .seconds(3600)))
        let log = Lines()
        await #expect(throws: CancellationError.self) {
            try await withThrowingTaskGroup(of: Int.self) { group in
                group.addTask { try await patience(log: log).callAsFunction { try flaky.attempt() } }
                try await log.wait(for: "Trying again.")
                group.cancelAll()
                _ = try await group.next()
            }
        }
    }
}
