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

    /// The database did not do what was asked of it; nothing of that has happened.
    package struct Failed: Error, CustomStringConvertible {
        package let description: String

        init(_ error: any Error) {
            description = "The database can't be used: \(error)."
        }
    }

    package let feed = ChangeFeed()
    /// Where a database that was broken at the start has been put aside, for somebody to look at; nil where it was well.
    package var brokenDatabase: String? { file.putAside }
    /// Nothing that it finds gets into a row.
    let redactor: Redactor
    private let file: DatabaseFile
    private let deliveries: GroupCommit<Delivery, RecordedDelivery>
    let logSize = Mutex<LogSize?>(nil)
    private let hasFailed = Atomic(false)

    /// Opens the database in the directory, creates it where it is missing.
    /// - Parameters:
    ///   - redactor: Takes the secrets out of what is stored.
    ///   - didRenew: Called where the database was broken or gone while it was in use and a new one has taken its place,
    ///     with the place where the broken one is put aside.
    package init(
        directory: String, redactor: Redactor = Redactor(secrets: []),
        didRenew: @escaping @Sendable (_ putAside: String?) -> Void = { _ in }
    ) throws(Unusable) {
        self.redactor = redactor
        let path = directory + "/observer.sqlite"
        let file: DatabaseFile
        do {
            file = try DatabaseFile(path: path) { [feed] putAside in
                didRenew(putAside)
                feed.post([.databaseRecreated])
            }
        } catch {
            throw Unusable(
                description: "Can't open the database \(path): \(error). Make room, or choose another -state.")
        }
        self.file = file
        deliveries = GroupCommit { rows in await Self.insert(rows, into: file) }
    }

    /// Runs one transaction. Once begun it is not abandoned, even if the task is cancelled meanwhile.
    func write<Value: Sendable>(_ updates: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        try await noting {
            try await readable { try await file.use { try await Self.write(to: $0, updates) } }
        }
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
        try await readable {
            try await file.use { pool in
                try await withCheckedThrowingContinuation { continuation in
                    pool.asyncRead { database in
                        continuation.resume(with: Result { try value(database.get()) })
                    }
                }
            }
        }
    }

    /// What goes wrong in the database, as a sentence; everything else as it is.
    private func readable<Value>(_ work: () async throws -> Value) async throws -> Value {
        do {
            return try await work()
        } catch let error as DatabaseError {
            throw Failed(error)
        } catch let error where error is RecordError || error is CocoaError {
            throw Failed(error)
        }
    }

    /// Stores a signed delivery and, where it is an accepted push, queues its deployment. Durable when it returns.
    /// Deliveries that come together share a commit to disk.
    package func record(_ delivery: Delivery) async throws -> RecordedDelivery {
        let recorded = try await noting {
            try await readable { try await deliveries.commit(delivery.redacted(by: redactor)) }
        }
        feed.post(recorded.changes)
        return recorded
    }

    /// Gives what was forgotten back to the disk.
    package func giveBackRoom() async throws {
        try await withoutTransaction { database in
            try database.execute(sql: "PRAGMA incremental_vacuum")
            try database.checkpoint(.truncate)
        }
    }

    /// How safe a commit is: 2 is FULL.
    package func synchronousMode() async throws -> Int {
        try await withoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") ?? -1 }
    }

    private func withoutTransaction<Value: Sendable>(
        _ work: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        try await readable {
            try await file.use { pool in
                try await withCheckedThrowingContinuation { continuation in
                    pool.asyncWriteWithoutTransaction { database in
                        continuation.resume(with: Result { try work(database) })
                    }
                }
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
        _ rows: [Delivery], into file: DatabaseFile
    ) async -> [Result<RecordedDelivery, any Error>] {
        do {
            return try await file.use { pool in try await insert(rows, into: pool) }
        } catch {
            return rows.map { _ in .failure(error) }
        }
    }

    private static func insert(
        _ rows: [Delivery], into pool: DatabasePool
    ) async throws -> [Result<RecordedDelivery, any Error>] {
        try await write(to: pool) { database in
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
            for case .failure(let error as DatabaseError) in outcomes where error.meansBroken { throw error }
            return outcomes
        }
    }
}
