import ObserverEngine
import Testing

@Suite("A lock for operations that wait")
struct AsyncLockTests {
    private let lock = AsyncLock()

    private let log = Lines()

    @Test("operations run one at a time")
    func exclusive() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    try await lock.withLock {
                        log.append("in")
                        await Task.yield()
                        log.append("out")
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(log.all == (0..<20).flatMap { _ in ["in", "out"] })
    }

    @Test("an operation whose caller is cancelled while it waits never runs, and the next one does")
    func cancelled() async throws {
        let (entered, leave) = (Latch<Void>(), Latch<Void>())
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await lock.withLock {
                    entered.set(())
                    try await leave.get()
                }
            }
            try await entered.get()
            await withTaskGroup(of: Void.self) { cancelled in
                cancelled.addTask {
                    await #expect(throws: CancellationError.self) {
                        try await lock.withLock { log.append("cancelled") }
                    }
                }
                cancelled.cancelAll()
            }
            leave.set(())
            try await group.waitForAll()
        }
        try await lock.withLock { log.append("next") }
        #expect(log.all == ["next"])
    }

    @Test("an operation that fails releases it")
    func failing() async throws {
        struct Failure: Error {}
        await #expect(throws: Failure.self) { try await lock.withLock { throw Failure() } }
        #expect(try await lock.withLock { true })
    }

    @Test("an operation is refused at once if as many wait as it accepts")
    func bounded() async throws {
        let (entered, leave) = (Latch<Void>(), Latch<Void>())
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await lock.withLock {
                    entered.set(())
                    try await leave.get()
                }
            }
            try await entered.get()
            await #expect(throws: AsyncLock.Busy.self) { try await lock.withLock(waiting: 0) {} }
            leave.set(())
            try await group.waitForAll()
        }
        #expect(try await lock.withLock(waiting: 0) { true })
    }
}
