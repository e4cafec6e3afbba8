import Foundation
import GRDB
import ObserverEngine
import Testing

@Suite("How the store keeps what it is given")
struct StoreDurabilityTests {
    @Test("a commit reaches the disk before it counts")
    func synchronous() async throws {
        try await withStore { store in
            let mode = try await store.synchronousMode()
            #expect(mode == 2)
        }
    }

    @Test("readers do not wait for the writer")
    func journalMode() async throws {
        let directory = try temporaryDirectory()
        _ = try Store(directory: directory)
        let mode = try await DatabaseQueue(path: directory + "/observer.sqlite").read {
            try String.fetchOne($0, sql: "PRAGMA journal_mode")
        }
        #expect(mode == "wal")
    }

    @Test("its files are for our eyes only, also those that were there before")
    func loosened() throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        for _ in 0..<2 {
            let state = try StateDirectory(path: directory)
            let store = try Store(directory: directory)
            let files = try FileManager.default.contentsOfDirectory(atPath: directory).map { "\(directory)/\($0)" }
            #expect(files.count == 4)
            for file in files {
                let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
                #expect(mode == 0o600, "\(file)")
                try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
            }
            withExtendedLifetime(store) {}
            withExtendedLifetime(state) {}
        }
    }

    @Test("another program that holds the database for a moment is waited for")
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
        ) { $0.isPaused = true }
        try await holding
    }

    @Test("databases that break one after the other are all put aside")
    func brokenAgain() throws {
        let directory = try temporaryDirectory()
        var places: Set<String> = []
        for _ in 1...3 {
            try Data(repeating: 7, count: 8192).write(to: URL(filePath: directory + "/observer.sqlite"))
            for suffix in ["-wal", "-shm"] {
                try? FileManager.default.removeItem(atPath: directory + "/observer.sqlite" + suffix)
            }
            places.insert(try #require(try Store(directory: directory).brokenDatabase))
        }
        #expect(places.count == 3)
        #expect(places.allSatisfy(FileManager.default.fileExists(atPath:)))
    }

    @Test("nobody else may read the files, however they were left")
    func permissions() async throws {
        let directory = try temporaryDirectory() + "/state"
        let state = try StateDirectory(path: directory)
        let store = try Store(directory: directory)
        _ = try await store.record(Sample.delivery("a"))
        #expect(try Self.mode(of: directory) == 0o700)
        for name in try FileManager.default.contentsOfDirectory(atPath: directory) {
            #expect(try Self.mode(of: "\(directory)/\(name)") == 0o600, "\(name)")
        }
        withExtendedLifetime(state) {}
    }

    @Test("what can't be a database is said to be the trouble")
    func noDatabase() throws {
        let directory = try temporaryDirectory()
        try FileManager.default.createDirectory(
            atPath: directory + "/observer.sqlite", withIntermediateDirectories: false)
        let error = #expect(throws: Store.Unusable.self) { try Store(directory: directory) }
        #expect(error?.description.contains("\(directory)/observer.sqlite") == true)
    }

    private static func mode(of path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }
}
