import Foundation
import GRDB
import ObserverEngine
import Simulators
import Testing

@Suite("Deliveries that share a transaction")
struct DeliveryGroupTests {
    @Test("if one of them makes SQLite roll back the transaction, each other one is stored and published once")
    func rolledBack() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let store = try Store(directory: directory)
        // SQLite ends the whole transaction by itself, as it does on a full disk.
        try await DatabaseQueue(path: directory + "/observer.sqlite").write { database in
            try database.execute(
                sql: """
                    CREATE TRIGGER full_disk BEFORE INSERT ON delivery WHEN NEW.guid = '5'
                    BEGIN SELECT RAISE(ROLLBACK, 'disk full'); END
                    """)
        }
        let changes = store.feed.changes()
        let outcomes = try await withThrowingTaskGroup(of: (Int, Bool).self) { group in
            // All the others wait for the first one, and share the next transaction.
            try await withLockedStore(in: directory) {
                for number in 0..<10 {
                    group.addTask {
                        (number, (try? await store.record(try Sample.push("\(number)", of: number, from: 99))) != nil)
                    }
                }
                try await Task.sleep(for: .milliseconds(200))
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        #expect(outcomes.filter { !$0.value }.keys.sorted() == [5])
        let stored = try await store.deliveries(limit: 20).map(\.key.guid)
        #expect(stored.sorted() == outcomes.filter(\.value).keys.map(String.init).sorted())
        let published = try await withTimeout(.testTimeout) {
            var guids: [String] = []
            for await change in changes {
                if case .delivery(let delivery) = change { guids.append(delivery.key.guid) }
                if guids.count == 9 { break }
            }
            return guids
        }
        #expect(published == Array(stored.reversed()))
    }
}
