import Testing

@testable import ObserverEngine

@Suite("Latches and timeouts")
struct LatchTests {
    @Test("all waiting tasks get the first value; later values are ignored")
    func latch() async throws {
        let latch = Latch<Int>()
        let values = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<50 { group.addTask { try await latch.get() } }
            group.addTask {
                latch.set(1)
                latch.set(2)
                return 1
            }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(values == [1])
        #expect(try await latch.get() == 1)
    }

    @Test("a cancelled task stops waiting")
    func cancelledLatch() async {
        let latch = Latch<Int>()
        await #expect(throws: CancellationError.self) {
            try await withThrowingTaskGroup(of: Int.self) { group in
                group.addTask { try await latch.get() }
                group.cancelAll()
                _ = try await group.next()
            }
        }
    }

    @Test("an operation is cancelled at its time limit")
    func timeout() async {
        let cancelled = Latch<Bool>()
        await #expect(throws: TimedOut(limit: .milliseconds(20))) {
            try await withTimeout(.milliseconds(20)) {
                do { try await Task.sleep(for: .seconds(3600)) } catch { cancelled.set(true) }
            }
        }
        #expect((try? await cancelled.get()) == true)
    }

    @Test("an operation is not started without any time left", arguments: [Duration.zero, .seconds(-1)])
    func noTime(limit: Duration) async {
        let isStarted = Latch<Void>()
        await #expect(throws: TimedOut(limit: limit)) { try await withTimeout(limit) { isStarted.set(()) } }
        #expect(!isStarted.isSet)
    }

    @Test("an operation that ends in time returns its value or throws its error")
    func inTime() async throws {
        struct Own: Error {}
        #expect(try await withTimeout(.seconds(3600)) { 7 } == 7)
        await #expect(throws: Own.self) { try await withTimeout(.seconds(3600)) { throw Own() } }
    }
}
