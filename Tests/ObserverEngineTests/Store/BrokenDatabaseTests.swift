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
            try await store.giveBackRoom()
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
}
