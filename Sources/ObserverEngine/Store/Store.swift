import Foundation
import GRDB
import Synchronization

/// Everything that must survive a restart, in SQLite. Each change is one transaction that keeps the invariants: a delivery is
/// stored once, a deployment that has started ends once, and a branch has a bounded queue (`DeploymentQueue`).
package final class Store: Sendable {
    /// The database can't be opened.
    package struct Unusable: Error, CustomStringConvertible {
        package let description: String
    }

    /// A transaction failed and was rolled back.
    package struct Failed: Error, CustomStringConvertible {
        package let description: String

        init(_ error: any Error) {
            description = "Database error: " + ((error as? DatabaseError)?.usageProblem ?? "\(error).")
        }
    }

    /// A delivery to store.
    private struct Arrival: Sendable {
        let row: DeliveryRow
        let didStore: @Sendable (RecordedDelivery) -> Void
    }

    package let feed = ChangeFeed()
    /// The path to which a corrupt database was moved, at startup or in use; nil if the last new one replaced a deleted one.
    package var brokenDatabase: String? { file.setAside }
    /// Removes secrets from everything that is stored.
    let redactor: Redactor
    let compressor = Deflate()
    let queue: DeploymentQueue
    /// Signals when the journal should be written into the database.
    var journal: Journal { file.journal }
    private let file: DatabaseFile
    private let deliveries: GroupCommit<Arrival, RecordedDelivery>
    let logSize = Mutex<LogSize?>(nil)
    private let hasFailed = Atomic(false)
    /// The result of the last check. It is valid for a while, because anyone can ask for another one.
    private let lastCheck = Mutex<(at: ContinuousClock.Instant, error: Failed?)?>(nil)
    private static let successLifetime = Duration.seconds(1)
    private static let failureLifetime = Duration.seconds(5)
    /// The free space, in bytes, without which a disk that was full counts as full.
    private static let neededSpace: Int64 = 1024 * 1024

    /// Opens the database in the directory, or creates it.
    /// - Parameters:
    ///   - redactor: Removes secrets from everything that is stored.
    ///   - keepsOlderPushes: Whether a push leaves older ones in the queue, because each waits for its checks.
    ///   - didRenew: Called when the database turned out to be corrupt or deleted while in use and was recreated, with the
    ///     path to which the corrupt one was moved.
    package init(
        directory: String, redactor: Redactor = Redactor(secrets: []), keepsOlderPushes: Bool = false,
        didRenew: @escaping @Sendable (_ setAside: String?) -> Void = { _ in }
    ) throws(Unusable) {
        self.redactor = redactor
        let queue = DeploymentQueue(keepsOlderPushes: keepsOlderPushes)
        self.queue = queue
        let path = directory + "/observer.sqlite"
        let file: DatabaseFile
        do {
            file = try DatabaseFile(path: path) { [feed] setAside in
                didRenew(setAside)
                feed.post([.databaseRecreated])
            }
        } catch {
            if error is DatabaseFile.Newer {
                throw Unusable(
                    description: "The database \(path) was written by a newer version of the observer. "
                        + "Start that version, or choose another directory with -state.")
            }
            let reason = (error as? DatabaseError)?.openingProblem ?? "\(error.localizedDescription)."
            throw Unusable(description: "Can't open the database \(path): \(reason)")
        }
        self.file = file
        deliveries = GroupCommit { [feed] arrivals, complete in
            file.startWriting { database in
                try arrivals.map { try RecordedDelivery.record($0.row, to: queue, in: database) }
            } completion: { result in
                if case .success(let recorded) = result {
                    for (arrival, stored) in zip(arrivals, recorded) { arrival.didStore(stored) }
                    feed.post(recorded.flatMap(\.changes))
                }
                complete(result)
            }
        }
    }

    /// - Parameter setAside: The path to which the corrupt database was moved; nil if it was deleted.
    package static func sentence(ofRenewal setAside: String?) -> String {
        let fate = setAside.map { "was corrupt; moved to \($0) and recreated" } ?? "was deleted; created a new one"
        return "Database \(fate). State is restored from GitHub and the target."
    }

    /// Checks the whole database while it is in use, which takes seconds if it is large. A corrupt one is replaced, as if an
    /// error had shown it.
    /// - Throws: `CancellationError`, `Failed`
    package func verify() async throws {
        try await readable { try await file.verify() }
    }

    /// Writes the journal into the database with a connection of its own, while deliveries are stored.
    /// - Throws: `CancellationError`, `Failed`
    func checkpoint() async throws {
        try await readable { try await file.checkpoint() }
    }

    /// Frees what is kept to read and write faster: pages, statements and zlib's stream. It is kept again from its next use.
    /// - Throws: `CancellationError`, `Failed`
    func releaseMemory() async throws {
        compressor.releaseMemory()
        try await readable {
            try await file.use { pool in
                pool.releaseMemoryEventually()
                // The writer releases its own before this.
                try await pool.writeWithoutTransaction { _ in }
            }
        }
    }

    /// Runs one transaction. Once started it completes, even if the task is cancelled.
    /// - Parameter changes: The changes to publish, in the order of the transactions.
    func write<Value: Sendable>(
        _ durability: Durability = .powerFailure, _ updates: @escaping @Sendable (Database) throws -> Value,
        publishing changes: @escaping @Sendable (Value) -> [EngineChange] = { _ in [] }
    ) async throws -> Value {
        try await trackingFailures {
            try await readable {
                try await file.use { [feed] pool in
                    try await Self.write(to: pool, durability, updates) { feed.post(changes($0)) }
                }
            }
        }
    }

    /// The failures that a transaction survives when its method returns.
    package enum Durability: Sendable {
        /// It is synced to disk, and all transactions before it are.
        case powerFailure
        /// It is handed to the operating system, which saves the wait for the disk. The next transaction that is synced, or the
        /// system itself within seconds, makes it survive a power failure; if that comes first, it is rolled back.
        case crash
    }

    /// Checks that the database is in place and can be read and, if the last write failed, that it can be written again.
    /// Reads at most once a second, and tries to write at most once in five seconds.
    package func check() async throws {
        if let last = lastCheck.withLock(\.self) {
            if let error = last.error {
                if .now - last.at < Self.failureLifetime { throw error }
            } else if .now - last.at < Self.successLifetime, !hasFailed.load(ordering: .relaxed), file.isInPlace {
                return
            }
        }
        do {
            try await checkNow()
            lastCheck.withLock { $0 = (.now, nil) }
        } catch let error as Failed {
            lastCheck.withLock { $0 = (.now, error) }
            throw error
        }
    }

    private func checkNow() async throws {
        guard hasFailed.load(ordering: .relaxed) else {
            _ = try await read { try Int64.fetchOne($0, sql: "SELECT MAX(id) FROM delivery") }
            return
        }
        // The small write of this check may still fit where a delivery does not.
        guard file.freeSpace >= Self.neededSpace else { throw Failed(DatabaseError(resultCode: .SQLITE_FULL)) }
        try await trackingFailures {
            try await withoutTransaction { database in
                // Deliveries wait for this connection, so it must not wait for another program.
                let timeout = try Int.fetchOne(database, sql: "PRAGMA busy_timeout") ?? 0
                try database.execute(sql: "PRAGMA busy_timeout = 0")
                defer { try? database.execute(sql: "PRAGMA busy_timeout = \(timeout)") }
                try database.inTransaction(.immediate) {
                    let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
                    try database.execute(sql: "PRAGMA user_version = \((version + 1) % 1_000_000)")
                    return .commit
                }
            }
        }
    }

    private func trackingFailures<Value>(_ change: () async throws -> Value) async throws -> Value {
        do {
            let value = try await change()
            hasFailed.store(false, ordering: .relaxed)
            return value
        } catch let error as Failed {
            hasFailed.store(true, ordering: .relaxed)
            feed.post([.storageFailed])
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

    /// Turns errors of the database into sentences.
    private func readable<Value>(_ work: () async throws -> Value) async throws -> Value {
        do {
            return try await work()
        } catch let error as DatabaseError {
            throw Failed(error)
        } catch let error where error is RecordError || error is CocoaError || error is DatabaseFile.Newer {
            throw Failed(error)
        }
    }

    /// Stores a signed delivery and, for an accepted push, queues its deployment. Durable when it returns.
    /// Simultaneous deliveries share a commit to disk.
    /// - Parameter didStore: Called once it is durable, before anyone is signalled that it was stored.
    package func record(
        _ delivery: Delivery, didStore: @escaping @Sendable (RecordedDelivery) -> Void = { _ in }
    ) async throws -> RecordedDelivery {
        let row = DeliveryRow(delivery, redactor: redactor, compressor: compressor)
        return try await trackingFailures {
            try await readable {
                do {
                    return try await deliveries.commit(Arrival(row: row, didStore: didStore))
                } catch let error where !error.meansLocked {
                    // Nothing of the transaction is stored. This row may be on its own, or in a new database.
                    return try await file.use { [feed, queue] pool in
                        try await Self.write(to: pool) { database in
                            try RecordedDelivery.record(row, to: queue, in: database)
                        } didCommit: { recorded in
                            didStore(recorded)
                            feed.post(recorded.changes)
                        }
                    }
                }
            }
        }
    }

    /// `PRAGMA synchronous`: 2 is FULL.
    package func synchronousMode() async throws -> Int {
        try await withoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") ?? -1 }
    }

    func withoutTransaction<Value: Sendable>(
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

    /// - Parameter didCommit: Called in the queue of the writer, so that changes are published in the order of their commits.
    private static func write<Value: Sendable>(
        to pool: DatabasePool, _ durability: Durability = .powerFailure,
        _ updates: @escaping @Sendable (Database) throws -> Value, didCommit: @escaping @Sendable (Value) -> Void
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            pool.asyncWriteWithoutTransaction { database in
                let result = Result { try commit(durability, updates, in: database) }
                if case .success(let value) = result { didCommit(value) }
                continuation.resume(with: result)
            }
        }
    }

    private static func commit<Value>(
        _ durability: Durability, _ updates: (Database) throws -> Value, in database: Database
    ) throws -> Value {
        guard durability == .crash else { return try database.transaction(updates) }
        try database.execute(sql: "PRAGMA synchronous = NORMAL")
        let result = Result { try database.transaction(updates) }
        // Before the next transaction. It only fails inside of one.
        try database.execute(sql: "PRAGMA synchronous = FULL")
        return try result.get()
    }
}

extension Database {
    fileprivate func transaction<Value>(_ updates: (Database) throws -> Value) throws -> Value {
        var value: Value?
        try inTransaction {
            value = try updates(self)
            return .commit
        }
        guard let value else { preconditionFailure("a committed transaction has a value") }
        return value
    }
}

extension Error {
    /// Whether another program kept the database locked; the next attempt would wait just as long.
    fileprivate var meansLocked: Bool {
        (self as? DatabaseError).map { $0.resultCode.primaryResultCode == .SQLITE_BUSY } ?? false
    }
}
