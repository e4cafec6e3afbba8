import Foundation
import GRDB
import Testing

@testable import ObserverEngine

@Suite("The file of the database")
struct DatabaseFileTests {
    @Test("that can't be opened anew is closed once, however many were working with it, and opened when it can")
    func closedOnce() async throws {
        let directory = try temporaryDirectory() + "/state"
        let file = try DatabaseFile(path: directory + "/observer.sqlite") { _ in }
        await #expect(throws: (any Error).self) {
            try await file.use { _ in
                try? FileManager.default.removeItem(atPath: directory)
                try Data().write(to: URL(filePath: directory))
                // Finds it gone, and can't open another.
                _ = try? await file.use { try await Self.count(in: $0) }
            }
        }
        try FileManager.default.removeItem(atPath: directory)
        #expect(try await file.use { try await Self.count(in: $0) } == 0)
    }

    private static func count(in pool: DatabasePool) async throws -> Int {
        try await pool.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM delivery") ?? -1 }
    }
}
