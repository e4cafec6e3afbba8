import Foundation
import GRDB
import Synchronization
import Testing

@testable import ObserverEngine

@Suite("Database recovery")
struct DatabaseRecoveryTests {
    @Test(
        "a corrupt database is moved away at the start, and a new one is created",
        arguments: [
            "not a database",
            String(repeating: "garbage ", count: 4000),
        ])
    func garbage(content: String) async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let path = directory + "/observer.sqlite"
        try Data(content.utf8).write(to: URL(filePath: path))
        let store = try Store(directory: directory)
        let movedTo = try #require(store.brokenDatabase)
        #expect(movedTo.hasPrefix(path + ".broken-"))
        #expect(FileManager.default.contents(atPath: movedTo) == Data(content.utf8))
        _ = try await store.record(Sample.delivery("1"))
        #expect(try await store.deliveryCount() == 1)
    }

    @Test("corruption in the middle of the file is found after the start, and deliveries are stored meanwhile")
    func overwritten() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        do {
            let store = try Store(directory: directory)
            for number in 0..<200 { _ = try await store.record(Sample.delivery("\(number)", padding: 2000)) }
            try await store.vacuum()
        }
        let file = try FileHandle(forUpdating: URL(filePath: directory + "/observer.sqlite"))
        try file.seek(toOffset: 8 * 8192)
        try file.write(contentsOf: Data(repeating: 0xa5, count: 20 * 8192))
        try file.close()
        let (renewals, continuation) = AsyncStream.makeStream(of: String?.self)
        let store = try Store(directory: directory) { continuation.yield($0) }
        #expect(store.brokenDatabase == nil)
        try await store.verify()
        let movedTo = try #require(await renewals.first { _ in true } ?? nil)
        #expect(FileManager.default.fileExists(atPath: movedTo))
        #expect(try await store.deliveryCount() == 0)
    }

    @Test("the health check reads at most once a second, but notices at once that the database was deleted")
    func repeatedCheck() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let renewals = Mutex(0)
        let store = try Store(directory: directory) { _ in renewals.withLock { $0 += 1 } }
        try await store.check()
        try FileManager.default.removeItem(atPath: directory + "/observer.sqlite")
        try await store.check()
        #expect(renewals.withLock(\.self) == 1)
        // A check that reads needs this table.
        try await store.write { try $0.execute(sql: "ALTER TABLE delivery RENAME TO lost") }
        try await store.check()
        try await Task.sleep(for: .milliseconds(1100))
        await #expect(throws: Store.Failed.self) { try await store.check() }
    }

    @Test("the check of a large database ends as soon as it is cancelled")
    func cancelledCheck() async throws {
        try await withStore { store in
            for number in 0..<50 { _ = try await store.record(Sample.delivery("\(number)", padding: 20_000)) }
            let result = await withThrowingTaskGroup(of: Void.self) { group in
                group.cancelAll()
                group.addTask { try await store.verify() }
                return await group.nextResult()
            }
            #expect(throws: CancellationError.self) { try result?.get() }
            try await store.verify()
            #expect(try await store.deliveryCount() == 50)
        }
    }

    @Test("an intact database is kept")
    func sound() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        do { _ = try await Store(directory: directory).record(Sample.delivery("1")) }
        let store = try Store(directory: directory)
        try await store.verify()
        #expect(store.brokenDatabase == nil)
        #expect(try await store.deliveryCount() == 1)
    }

    @Test(
        "a database that is deleted while in use is recreated, and listeners are notified",
        arguments: [["observer.sqlite"], ["observer.sqlite", "observer.sqlite-wal", "observer.sqlite-shm"]])
    func deletedInUse(names: [String]) async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let (renewals, continuation) = AsyncStream.makeStream(of: String?.self)
        let store = try Store(directory: directory) { continuation.yield($0) }
        let changes = store.feed.changes()
        let lost = try await store.run(1, to: .waiting)
        for name in names { try FileManager.default.removeItem(atPath: directory + "/" + name) }
        _ = try await store.record(Sample.delivery("1"))
        #expect(await renewals.first { _ in true } == .some(nil))
        _ = await changes.first { $0 == .databaseRecreated }
        // The first deployment in the new database must not be mistaken for the lost one, which had the same id.
        let next = try await store.enqueue(try Sample.request(2))
        #expect(next.id == lost.id)
        await #expect(throws: Store.Failed.self) { try await store.save(lost) }
        #expect(try await Store(directory: directory).deliveryCount() == 1)
        #expect(try await store.deployment(next.id)?.commit == Sample.commit(2))
    }

    @Test("deleting the journal of a database in use loses no deliveries")
    func journalDeletedInUse() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let store = try Store(directory: directory)
        _ = try await store.record(Sample.delivery("1"))
        try FileManager.default.removeItem(atPath: directory + "/observer.sqlite-wal")
        _ = try await store.record(Sample.delivery("2"))
        #expect(try await store.deliveryCount() == 2)
        #expect(try await Store(directory: directory).deliveryCount() == 2)
    }

    @Test("a database that is corrupted while in use is moved away and recreated")
    func corruptedInUse() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let (renewals, continuation) = AsyncStream.makeStream(of: String?.self)
        let store = try Store(directory: directory) { continuation.yield($0) }
        for number in 0..<200 { _ = try await store.record(Sample.delivery("\(number)", padding: 20_000)) }
        try await store.vacuum()
        let file = try FileHandle(forUpdating: URL(filePath: directory + "/observer.sqlite"))
        let size = try file.seekToEnd()
        try file.seek(toOffset: 4096)
        try file.write(contentsOf: Data(repeating: 0xa5, count: Int(size) - 4096))
        try file.close()
        #expect(try await store.deliveries(limit: 200).isEmpty)
        let movedTo = try #require(await renewals.first { _ in true } ?? nil)
        #expect(FileManager.default.fileExists(atPath: movedTo))
        _ = try await store.record(Sample.delivery("new"))
        #expect(try await store.deliveryCount() == 1)
    }

    @Test("corrupt databases are each moved to a path of their own")
    func corruptAgain() throws {
        let directory = try temporaryDirectory()
        var paths: Set<String> = []
        for _ in 1...3 {
            try Data(repeating: 7, count: 8192).write(to: URL(filePath: directory + "/observer.sqlite"))
            for suffix in ["-wal", "-shm"] {
                try? FileManager.default.removeItem(atPath: directory + "/observer.sqlite" + suffix)
            }
            paths.insert(try #require(try Store(directory: directory).brokenDatabase))
        }
        #expect(paths.count == 3)
        #expect(paths.allSatisfy(FileManager.default.fileExists(atPath:)))
    }

    @Test("a directory in place of the database is reported with its path")
    func notAFile() throws {
        let directory = try temporaryDirectory()
        try FileManager.default.createDirectory(
            atPath: directory + "/observer.sqlite", withIntermediateDirectories: false)
        let error = #expect(throws: Store.Unusable.self) { try Store(directory: directory) }
        #expect(error?.description.contains("\(directory)/observer.sqlite") == true)
    }

    @Test("a database that cannot be reopened is closed once for all its users, and reopened as soon as possible")
    func cannotBeReopened() async throws {
        let directory = try temporaryDirectory() + "/state"
        let file = try DatabaseFile(path: directory + "/observer.sqlite") { _ in }
        await #expect(throws: (any Error).self) {
            try await file.use { _ in
                try? FileManager.default.removeItem(atPath: directory)
                try Data().write(to: URL(filePath: directory))
                // This finds the database deleted, and cannot create another.
                _ = try? await file.use { try await Self.count(in: $0) }
            }
        }
        try FileManager.default.removeItem(atPath: directory)
        #expect(try await file.use { try await Self.count(in: $0) } == 0)
    }

    @Test("a row is written again if another caller replaced the deleted database in the meantime")
    func replacedByAnother() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let path = directory + "/observer.sqlite"
        let file = try DatabaseFile(path: path) { _ in }
        let writes = Mutex(0)
        try await file.use { pool in
            let row = DeliveryRow(Sample.delivery("1"), redactor: Redactor(secrets: []), compressor: Deflate())
            _ = try await pool.write { try row.insert(in: $0) }
            guard
                writes.withLock({
                    $0 += 1; return $0
                }) == 1
            else { return }
            try FileManager.default.removeItem(atPath: path)
            _ = try await file.use { try await Self.count(in: $0) }
        }
        #expect(writes.withLock(\.self) == 2)
        #expect(try await file.use { try await Self.count(in: $0) } == 1)
    }

    @Test("callers that wait while the database is reopened do not block the threads of other tasks")
    func waitingForReopening() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let path = directory + "/observer.sqlite"
        let file = try DatabaseFile(path: path) { _ in }
        let isReleased = Atomic(false)
        // Reopening waits for this writer, which only ends on a thread that no task can block.
        let writer = DispatchSemaphore(value: 0)
        try await file.use { pool in
            pool.asyncWriteWithoutTransaction { _ in writer.wait() }
            DispatchQueue(label: "test").asyncAfter(deadline: .now() + 30) {
                isReleased.store(true, ordering: .relaxed)
                writer.signal()
            }
        }
        try FileManager.default.removeItem(atPath: path)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0...ProcessInfo.processInfo.activeProcessorCount * 2 {
                group.addTask { _ = try await file.use { try await Self.count(in: $0) } }
            }
            for _ in 1...100 { await Task.yield() }
            let wasReleased = isReleased.load(ordering: .relaxed)
            #expect(!wasReleased)
            writer.signal()
            try await group.waitForAll()
        }
    }

    private static func count(in pool: DatabasePool) async throws -> Int {
        try await pool.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM delivery") ?? -1 }
    }
}
