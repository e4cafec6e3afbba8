import Foundation
import GRDB
import Logging
import Testing

@testable import ObserverEngine

@Suite("The journal of the database")
struct JournalTests {
    @Test("a transaction signals that the journal is long, and leaves writing it into the database to others")
    func signalled() async throws {
        try await withDirectory { directory in
            let store = try Store(directory: directory)
            try await store.fill(megabytes: 9)
            let size = try databaseSize(in: directory)
            #expect(size < 1_000_000, "SQLite itself would have written 1000 pages by now")
            _ = await store.journal.signals.first { _ in true }
            try await store.checkpoint()
            #expect(try databaseSize(in: directory) > 9_000_000)
            // It starts again from its beginning.
            try await store.fill(megabytes: 1)
            #expect(try await store.journalPages() < 200)
        }
    }

    @Test("the journal is bounded even if nothing else writes it into the database")
    func bounded() async throws {
        try await withDirectory { directory in
            let store = try Store(directory: directory)
            try await store.fill(megabytes: 36)
            #expect(try databaseSize(in: directory) > 30_000_000)
        }
    }

    @Test("the running observer writes it into the database")
    func kept() async throws {
        try await withObserver { world in
            let store = world.engine.store
            try await store.fill(megabytes: 9)
            let directory = world.configuration.state.directory
            let deadline = ContinuousClock.now + .seconds(20)
            while try databaseSize(in: directory) < 8_000_000, .now < deadline {
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(try databaseSize(in: directory) > 8_000_000)
        }
    }

    private func withDirectory(_ body: (String) async throws -> Void) async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await body(directory)
    }

    private func databaseSize(in directory: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: directory + "/observer.sqlite")
        return try #require(attributes[.size] as? Int)
    }
}

extension Store {
    /// Writes as much in transactions of a megabyte.
    fileprivate func fill(megabytes: Int) async throws {
        try await write { try $0.execute(sql: "CREATE TABLE IF NOT EXISTS filler (content)") }
        for _ in 0..<megabytes {
            try await write { try $0.execute(sql: "INSERT INTO filler VALUES (randomblob(1000000))") }
        }
    }

    /// The pages that the journal contains now.
    fileprivate func journalPages() async throws -> Int {
        try await withoutTransaction { database in
            try Row.fetchOne(database, sql: "PRAGMA wal_checkpoint(PASSIVE)")?["log"] ?? -1
        }
    }
}
