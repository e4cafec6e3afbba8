import Foundation
import GRDB
import Testing

@testable import ObserverEngine

@Suite("Store durability")
struct StoreDurabilityTests {
    @Test("a transaction is synced to disk before it returns")
    func synchronous() async throws {
        try await withStore { store in
            let mode = try await store.synchronousMode()
            #expect(mode == 2)
        }
    }

    @Test("only the transaction that need not survive a power failure is not synced, whether it succeeds or fails")
    func unsynced() async throws {
        struct Unwanted: Error {}
        try await withStore { store in
            let mode = try await store.write(.crash) { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
            #expect(mode == 1)
            #expect(try await store.synchronousMode() == 2)
            await #expect(throws: Unwanted.self) { try await store.write(.crash) { _ in throw Unwanted() } }
            #expect(try await store.synchronousMode() == 2)
            #expect(try await store.write { try Int.fetchOne($0, sql: "PRAGMA synchronous") } == 2)
        }
    }

    @Test("a page of the database holds three deliveries of GitHub")
    func pageSize() async throws {
        try await withStore { store in
            let size = try await store.read { try Int.fetchOne($0, sql: "PRAGMA page_size") }
            #expect(size == 8192)
        }
    }

    @Test("readers do not wait for a writer")
    func journalMode() async throws {
        let directory = try temporaryDirectory()
        _ = try Store(directory: directory)
        let mode = try await DatabaseQueue(path: directory + "/observer.sqlite").read {
            try String.fetchOne($0, sql: "PRAGMA journal_mode")
        }
        #expect(mode == "wal")
    }

    @Test("a write waits while another process briefly locks the database")
    func busy() async throws {
        let directory = try temporaryDirectory()
        _ = try Store(directory: directory)
        let other = try DatabaseQueue(path: directory + "/observer.sqlite")
        let isHeld = Latch<Void>()
        async let holding: Void = other.writeWithoutTransaction { database in
            try database.execute(sql: "BEGIN IMMEDIATE")
            isHeld.set(())
            Thread.sleep(forTimeInterval: 0.3)
            try database.execute(sql: "COMMIT")
        }
        try await isHeld.get()
        _ = try await Store(directory: directory).changeBranchState(
            of: Sample.branch
        ) { $0.decisions.decide(pause: Pause(), at: Date()) }
        try await holding
    }
}
