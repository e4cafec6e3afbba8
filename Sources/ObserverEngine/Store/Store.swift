import Foundation
import GRDB
import Synchronization

/// Everything that must survive a restart, in SQLite. Each method is one transaction that keeps the invariants:
/// a delivery is stored once, at most one deployment of a branch waits, a final stage stays.
package final class Store: Sendable {
    /// The database can't be opened, and why.
    package struct Unusable: Error, CustomStringConvertible {
        package let description: String
    }

    package let feed = ChangeFeed()
    /// Where a database that was broken has been put aside, for somebody to look at; nil where it was well.
    package let brokenDatabase: String?
    /// Nothing that it finds gets into a row.
    let redactor: Redactor
    private let pool: DatabasePool
    private let deliveries: GroupCommit<Delivery, RecordedDelivery>
    private let hasFailed = Atomic(false)

    /// Opens the database in the directory, creates it where it is missing.
    /// - Parameter redactor: Takes the secrets out of what is stored.
    package init(directory: String, redactor: Redactor = Redactor(secrets: [])) throws(Unusable) {
        self.redactor = redactor
        let path = directory + "/observer.sqlite"
        do {
            (pool, brokenDatabase) = try Self.open(path)
        } catch {
            throw Unusable(
                description: "Can't open the database \(path): \(error). Make room, or choose another -state.")
        }
        deliveries = GroupCommit { [pool] rows in await Self.insert(rows, into: pool) }
    }

    /// What a broken database knew comes back from GitHub and Marathon: better to start anew than not at all.
    private static func open(_ path: String) throws -> (DatabasePool, broken: String?) {
        do {
            return (try openSound(path), nil)
        } catch let error as DatabaseError
            where [.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(error.resultCode.primaryResultCode)
        {
            let broken = path + ".broken-\(Int(Date().timeIntervalSince1970))"
            try FileManager.default.moveItem(atPath: path, toPath: broken)
            for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
            return (try openSound(path), broken)
        }
    }

    private static func openSound(_ path: String) throws -> DatabasePool {
        // SQLite gives its journal the permissions of the database.
        if !FileManager.default.fileExists(atPath: path) {
            _ = FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
        }
        var configuration = GRDB.Configuration()
        // Has to be said before the first table, so that what is forgotten gives its room back.
        configuration.prepareDatabase { database in
            guard !database.configuration.readonly else { return }
            try database.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
        }
        let pool = try DatabasePool(path: path, configuration: configuration)
        // An acknowledged delivery must survive the loss of power, not only of the process. The pool chooses
        // NORMAL for its writer, so this comes after.
        try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        if let flaw = try pool.read({ try String.fetchOne($0, sql: "PRAGMA quick_check(1)") }), flaw != "ok" {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: flaw)
        }
        try Migrations.all.migrate(pool)
        return pool
    }

    /// Runs one transaction. Once begun it is not abandoned, even if the task is cancelled meanwhile.
    func write<Value: Sendable>(_ updates: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        try await noting { try await Self.write(to: pool, updates) }
    }

    /// Finds out whether it can be read; and, where the last change failed, whether it can be changed again.
    package func check() async throws {
        guard hasFailed.load(ordering: .relaxed) else {
            _ = try await deliveryCount()
            return
        }
        try await write { database in
            let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
            try database.execute(sql: "PRAGMA user_version = \((version + 1) % 1_000_000)")
        }
    }

    private func noting<Value>(_ change: () async throws -> Value) async throws -> Value {
        do {
            let value = try await change()
            hasFailed.store(false, ordering: .relaxed)
            return value
        } catch {
            hasFailed.store(true, ordering: .relaxed)
            throw error
        }
    }

    func read<Value: Sendable>(_ value: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            pool.asyncRead { database in
                continuation.resume(with: Result { try value(database.get()) })
            }
        }
    }

    /// Stores a signed delivery and, where it is an accepted push, queues its deployment. Durable when it returns.
    /// Deliveries that come together share a commit to disk.
    package func record(_ delivery: Delivery) async throws -> RecordedDelivery {
        let recorded = try await noting { try await deliveries.commit(delivery.redacted(by: redactor)) }
        feed.post(recorded.changes)
        return recorded
    }

    /// Gives what was forgotten back to the disk.
    package func giveBackRoom() async throws {
        try await withCheckedThrowingContinuation { continuation in
            pool.asyncWriteWithoutTransaction { database in
                continuation.resume(
                    with: Result {
                        try database.execute(sql: "PRAGMA incremental_vacuum")
                        try database.checkpoint(.truncate)
                    })
            }
        }
    }

    /// How safe a commit is: 2 is FULL.
    package func synchronousMode() async throws -> Int {
        try await withCheckedThrowingContinuation { continuation in
            pool.asyncWriteWithoutTransaction { database in
                continuation.resume(with: Result { try Int.fetchOne(database, sql: "PRAGMA synchronous") ?? -1 })
            }
        }
    }

    private static func write<Value: Sendable>(
        to pool: DatabasePool, _ updates: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            pool.asyncWrite(updates) { _, result in continuation.resume(with: result) }
        }
    }

    /// One transaction, a savepoint for each delivery: one that can't be stored does not take the others with it.
    private static func insert(
        _ rows: [Delivery], into pool: DatabasePool
    ) async -> [Result<RecordedDelivery, any Error>] {
        do {
            return try await write(to: pool) { database in
                var outcomes: [Result<RecordedDelivery, any Error>] = []
                for row in rows {
                    outcomes.append(
                        Result {
                            var recorded: RecordedDelivery?
                            try database.inSavepoint {
                                recorded = try RecordedDelivery.record(row, in: database)
                                return .commit
                            }
                            return try recorded ?? { throw DatabaseError(message: "the savepoint was not entered") }()
                        })
                }
                return outcomes
            }
        } catch {
            return rows.map { _ in .failure(error) }
        }
    }
}
