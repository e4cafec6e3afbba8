import ObserverEngine
import Synchronization
import Testing

@Suite("Group commit")
struct GroupCommitTests {
    private struct Broken: Error {}

    @Test("rows that arrive during a write share the next transaction")
    func sharing() async throws {
        let writes = Writes()
        let group = GroupCommit<Int, Int>(limit: 8, write: { await writes.write($0) })
        try await withThrowingTaskGroup(of: Int.self) { tasks in
            tasks.addTask { try await group.commit(0) }
            try await writes.started.get()
            for row in 1...20 { tasks.addTask { try await group.commit(row) } }
            writes.released.set(())
            let outcomes = try await tasks.reduce(into: Set()) { $0.insert($1) }
            #expect(outcomes == Set((0...20).map { $0 * 10 }))
        }
        #expect(writes.sizes.first == 1)
        #expect(writes.sizes.reduce(0, +) == 21)
        #expect(writes.sizes.count < 21)
        #expect(writes.sizes.allSatisfy { $0 <= 8 })
    }

    @Test("a row that cannot be written fails alone")
    func failing() async throws {
        let group = GroupCommit<Int, Int> { rows in
            rows.map { row in row == 3 ? .failure(Broken()) : .success(row) }
        }
        try await withThrowingTaskGroup(of: Int?.self) { tasks in
            for row in 0..<8 { tasks.addTask { try? await group.commit(row) } }
            let outcomes = try await tasks.reduce(into: []) { $0.append($1) }.compactMap(\.self)
            #expect(outcomes.sorted() == [0, 1, 2, 4, 5, 6, 7])
        }
        #expect(try await group.commit(9) == 9)
    }

    @Test("concurrent rows are each written once")
    func once() async throws {
        let written = Mutex<[Int]>([])
        let group = GroupCommit<Int, Void>(limit: 16) { rows in
            written.withLock { $0 += rows }
            await Task.yield()
            return rows.map { _ in .success(()) }
        }
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for row in 0..<500 { tasks.addTask { try await group.commit(row) } }
            try await tasks.waitForAll()
        }
        #expect(written.withLock { $0.sorted() } == Array(0..<500))
    }
}

/// Records the writes, and blocks the first one until the test releases it.
private final class Writes: Sendable {
    let started = Latch<Void>()
    let released = Latch<Void>()
    private let recorded = Mutex<[Int]>([])

    var sizes: [Int] { recorded.withLock(\.self) }

    func write(_ rows: [Int]) async -> [Result<Int, any Error>] {
        recorded.withLock { $0.append(rows.count) }
        started.set(())
        try? await released.get()
        return rows.map { .success($0 * 10) }
    }
}
