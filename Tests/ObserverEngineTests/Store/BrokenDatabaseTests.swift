import Foundation
import ObserverEngine
import Testing

@Suite("A database that is broken")
struct BrokenDatabaseTests {
    @Test(
        "is put aside, and a new one takes its place",
        arguments: [
            "this is no database",
            String(repeating: "garbage ", count: 4000),
        ])
    func garbage(content: String) async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let path = directory + "/observer.sqlite"
        try Data(content.utf8).write(to: URL(filePath: path))
        let store = try Store(directory: directory)
        let broken = try #require(store.brokenDatabase)
        #expect(broken.hasPrefix(path + ".broken-"))
        #expect(FileManager.default.contents(atPath: broken) == Data(content.utf8))
        _ = try await store.record(Sample.delivery("1"))
        #expect(try await store.deliveryCount() == 1)
    }

    @Test("is found also where only its middle was overwritten")
    func overwritten() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        do {
            let store = try Store(directory: directory)
            for number in 0..<200 { _ = try await store.record(Sample.delivery("\(number)", padding: 2000)) }
            try await store.vacuum()
        }
        let file = try FileHandle(forUpdating: URL(filePath: directory + "/observer.sqlite"))
        try file.seek(toOffset: 8 * 4096)
        try file.write(contentsOf: Data(repeating: 0xa5, count: 40 * 4096))
        try file.close()
        let store = try Store(directory: directory)
        #expect(store.brokenDatabase != nil)
        #expect(try await store.deliveryCount() == 0)
    }

    @Test("one that is well is left alone")
    func sound() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        do { _ = try await Store(directory: directory).record(Sample.delivery("1")) }
        let store = try Store(directory: directory)
        #expect(store.brokenDatabase == nil)
        #expect(try await store.deliveryCount() == 1)
    }

    @Test(
        "or is taken away while it is in use: what comes then is in a new one, and whoever listens is told",
        arguments: [["observer.sqlite"], ["observer.sqlite", "observer.sqlite-wal", "observer.sqlite-shm"]])
    func takenAway(names: [String]) async throws {
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
        // The first of the new one must not be mistaken for the one that is lost.
        let next = try await store.enqueue(try Sample.request(2))
        #expect(next.id == lost.id)
        await #expect(throws: Store.Failed.self) { try await store.save(lost) }
        #expect(try await Store(directory: directory).deliveryCount() == 1)
        #expect(try await store.deployment(next.id)?.commit == Sample.commit(2))
    }

    @Test("a journal that is taken away while it is in use takes nothing with it")
    func journalTakenAway() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let store = try Store(directory: directory)
        _ = try await store.record(Sample.delivery("1"))
        try FileManager.default.removeItem(atPath: directory + "/observer.sqlite-wal")
        _ = try await store.record(Sample.delivery("2"))
        #expect(try await store.deliveryCount() == 2)
        #expect(try await Store(directory: directory).deliveryCount() == 2)
    }

    @Test("shows itself as broken while it is in use: it is put aside then")
    func overwrittenInUse() async throws {
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
        let putAside = try #require(await renewals.first { _ in true } ?? nil)
        #expect(FileManager.default.fileExists(atPath: putAside))
        _ = try await store.record(Sample.delivery("new"))
        #expect(try await store.deliveryCount() == 1)
    }
}
