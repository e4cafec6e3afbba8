import ObserverEngine
import Synchronization
import Testing

@Suite("A lock for operations that wait")
struct AsyncLockTests {
    private let lock = AsyncLock()

    @Test("operations run one at a time")
    func exclusive() async throws {
        let (running, most) = (Mutex(0), Mutex(0))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    try await lock.withLock {
                        let now = running.withLock { count in
                            count += 1
                            return count
                        }
                        most.withLock { $0 = max($0, now) }
                        await Task.yield()
                        running.withLock { $0 -= 1 }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(most.withLock(\.self) == 1)
    }

    @Test("an operation whose caller is cancelled while it waits never runs, and the next one does")
    func cancelled() async throws {
        let (entered, leave) = (Latch<Void>(), Latch<Void>())
        let hasRun = Mutex(false)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await lock.withLock {
                    entered.set(())
                    try await leave.get()
                }
            }
            try await entered.get()
            await withTaskGroup(of: Void.self) { impatient in
                impatient.addTask {
                    await #expect(throws: CancellationError.self) {
                        try await lock.withLock { hasRun.withLock { $0 = true } }
                    }
                }
                impatient.cancelAll()
            }
            leave.set(())
            try await group.waitForAll()
        }
        #expect(try await lock.withLock { hasRun.withLock(\.self) } == false)
    }

    @Test("an operation that fails releases it")
    func failing() async throws {
        struct Failure: Error {}
        await #expect(throws: Failure.self) { try await lock.withLock { throw Failure() } }
        #expect(try await lock.withLock { true })
    }
}
