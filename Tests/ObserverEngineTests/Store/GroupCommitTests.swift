import Dispatch
import ObserverEngine
import Synchronization
import Testing

@Suite("Group commit")
struct GroupCommitTests {
    private struct Broken: Error {}

    @Test("rows that arrive during a write share the next transactions")
    func sharing() async throws {
        let writes = Writes()
        let group = GroupCommit<Int, Int>(limit: 8, write: writes.write)
        try await withThrowingTaskGroup(of: Int.self) { tasks in
            tasks.addTask { try await group.commit(0) }
            let finish = try await writes.started.get()
            let (starts, start) = AsyncStream<Void>.makeStream()
            for row in 1...20 {
                tasks.addTask {
                    start.yield()
                    return try await group.commit(row)
                }
            }
            for await _ in starts.prefix(20) {}
            finish()
            let outcomes = try await tasks.reduce(into: Set()) { $0.insert($1) }
            #expect(outcomes == Set((0...20).map { $0 * 10 }))
        }
        #expect(writes.sizes.first == 1)
        #expect(writes.sizes.reduce(0, +) == 21)
        #expect(writes.sizes.count < 21)
        #expect(writes.sizes.allSatisfy { $0 <= 8 })
    }

    @Test("if the transaction fails, each of its rows does, and the next one is written")
    func failing() async throws {
        let group = GroupCommit<Int, Int> { rows, complete in
            complete(rows.contains(3) ? .failure(Broken()) : .success(rows))
        }
        #expect(try await group.commit(1) == 1)
        await #expect(throws: Broken.self) { try await group.commit(3) }
        #expect(try await group.commit(9) == 9)
    }

    @Test("concurrent rows are each written once, whatever thread the writer uses")
    func once() async throws {
        let written = Mutex<[Int]>([])
        let queue = DispatchQueue(label: "test")
        let group = GroupCommit<Int, Int>(limit: 16) { rows, complete in
            queue.async {
                written.withLock { $0 += rows }
                complete(.success(rows))
            }
        }
        try await withThrowingTaskGroup(of: Bool.self) { tasks in
            for row in 0..<500 { tasks.addTask { try await group.commit(row) == row } }
            let isAll = try await tasks.allSatisfy { $0 }
            #expect(isAll)
        }
        #expect(written.withLock { $0.sorted() } == Array(0..<500))
    }
}

/// Records the writes. The first one ends when the test ends it.
private final class Writes: Sendable {
    /// Ends the first write.
    let started = Latch<@Sendable () -> Void>()
    private let recorded = Mutex<[Int]>([])

    var sizes: [Int] { recorded.withLock(\.self) }

    func write(_ rows: [Int], _ complete: @escaping @Sendable (Result<[Int], any Error>) -> Void) {
        let isFirst = recorded.withLock { sizes in
            sizes.append(rows.count)
            return sizes.count == 1
        }
        let end = { @Sendable in complete(.success(rows.map { $0 * 10 })) }
        if isFirst { started.set(end) } else { end() }
    }
}
