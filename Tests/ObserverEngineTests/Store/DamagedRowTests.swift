import Foundation
import GRDB
import Testing

@testable import ObserverEngine

@Suite("Damaged and foreign databases")
struct DamagedRowTests {
    @Test("a database of a newer version is refused and left unchanged")
    func newer() throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let path = directory + "/observer.sqlite"
        do {
            let queue = try DatabaseQueue(path: path)
            try Migrations.all.migrate(queue)
            try queue.write {
                try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('4711: from the future')")
                try $0.execute(sql: "CREATE TABLE future (x)")
            }
            try queue.close()
        }
        let refusal = #expect(throws: Store.Unusable.self) { try Store(directory: directory) }
        #expect(
            refusal?.description
                == "The database \(path) was written by a newer version of the observer. Start that version, or choose "
                + "another directory with -state.")
        let queue = try DatabaseQueue(path: path)
        #expect(try queue.read { try $0.tableExists("future") })
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory).allSatisfy { !$0.contains(".broken") })
    }

    @Test(
        "a damaged deployment does not hide the others",
        arguments: [
            "stage = 'no stage'", "commit_id = 'no commit'", "\"trigger\" = 'no trigger'", "changes = '{'",
            "progress = '{'", "external_ids = '['", "previous = 'x'",
        ])
    func deployment(damage: String) async throws {
        try await withStore { store in
            for number in 1...3 { _ = try await store.run(number, to: .succeeded) }
            try await store.write { try $0.execute(sql: "UPDATE deployment SET \(damage) WHERE id = 2") }
            let rows = try await store.deployments(of: Sample.branch, limit: 10)
            #expect(rows.map(\.id) == [3, 2, 1])
            #expect([rows[0], rows[2]].allSatisfy { $0.stage == .succeeded })
            #expect(try await store.run(4, to: .succeeded).id == 4)
        }
    }

    @Test(
        "a damaged delivery does not hide the others, and is still a duplicate",
        arguments: [
            "body = x'78aabb'", "headers = '['", "verdict = 'no verdict'", "commit_id = 'x'", "\"before\" = 'x'",
        ])
    func delivery(damage: String) async throws {
        try await withStore { store in
            for number in 1...3 {
                _ = try await store.record(try Sample.push("\(number)", of: number, from: number - 1))
            }
            try await store.write { try $0.execute(sql: "UPDATE delivery SET \(damage) WHERE id = 2") }
            #expect(try await store.deliveries(limit: 10).map(\.id) == [3, 2, 1])
            #expect(try await store.delivery(2)?.key.guid == "2")
            let again = try await store.record(try Sample.push("2", of: 2, from: 1))
            #expect(again.delivery.id == 2 && again.deployment == nil)
        }
    }

    @Test(
        "a damaged state of the branch is read as far as possible",
        arguments: ["held_from = '['", "held_at = 'x'", "held_by = 'x'", "head = 'x'", "repository_name = 'x'"])
    func branch(damage: String) async throws {
        try await withStore { store in
            _ = try await store.hold(try Sample.request(1, trigger: .rollback), because: .rollback)
            try await store.changeBranchState(of: Sample.branch) { state in
                state.decisions.decide(hookRemoved: true, at: Sample.now)
                state.hookID = 7
            }
            try await store.write { try $0.execute(sql: "UPDATE branch_state SET \(damage)") }
            let state = try await store.branchState(of: Sample.branch)
            #expect(state.isHookRemoved && state.hookID == 7)
            _ = try await store.record(try Sample.push("1", of: 2, from: 1))
        }
    }

    @Test("the journal keeps at most 16 MiB of the disk once no reader needs more")
    func journal() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let store = try Store(directory: directory)
        let path = directory + "/observer.sqlite-wal"
        var configuration = GRDB.Configuration()
        configuration.allowsUnsafeTransactions = true
        let reader = try DatabaseQueue(path: directory + "/observer.sqlite", configuration: configuration)
        try await reader.writeWithoutTransaction { database in
            try database.beginTransaction(.deferred)
            _ = try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM delivery")
        }
        for number in 0..<20 { _ = try await store.record(Sample.delivery("\(number)", padding: 1 << 20)) }
        #expect(try size(of: path) > 16 << 20)
        try await reader.writeWithoutTransaction { try $0.rollback() }
        try await store.vacuum()
        _ = try await store.record(Sample.delivery("last"))
        #expect(try size(of: path) <= 16 << 20)
    }

    private func size(of path: String) throws -> Int {
        (try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
    }

    @Test("a conflict is not a failure of the store: the health check writes nothing after it")
    func conflict() async throws {
        try await withStore { store in
            let first = try await store.run(1, to: .succeeded)
            _ = try await store.run(2, to: .succeeded)
            await #expect(throws: Store.Conflict.self) {
                try await store.hold(
                    try Sample.request(1, trigger: .rollback), because: .rollback, seenNewest: first.id)
            }
            await #expect(throws: Store.AlreadyEnded.self) {
                var ended = first
                ended.externalIDs = ["late"]
                try await store.save(ended)
            }
            let before = try await version(of: store)
            try await store.check()
            #expect(try await version(of: store) == before)
        }
    }

    private func version(of store: Store) async throws -> Int {
        try await store.read { try Int.fetchOne($0, sql: "PRAGMA user_version") ?? -1 }
    }
}
