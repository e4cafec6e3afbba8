import Dispatch
import Foundation
import GRDB
import Synchronization

/// The file of the database. If it is corrupt, or is deleted while in use, a new one replaces it; its state is restored from
/// GitHub and the target.
///
/// Opening it does not read all of it, because deliveries wait meanwhile: `verify` does that later.
final class DatabaseFile: Sendable {
    /// Called with the path to which a corrupt database was moved; nil if it was deleted.
    typealias Renewal = @Sendable (_ setAside: String?) -> Void

    /// A newer version of the observer has written the database.
    struct Newer: Error {}

    /// The database was deleted or is being reopened.
    struct NotInPlace: Error {}

    /// Bytes of a page of a new database: three compressed deliveries fit into it, only one into a page of SQLite's usual size.
    private static let pageSize = 8192
    /// Bytes of the journal that stay allocated.
    private static let journalLimit = 16 * 1024 * 1024
    private static let checkpointing = "PRAGMA wal_checkpoint(PASSIVE)"
    /// Seconds to wait for the lock of another program: GitHub waits ten for the response to a delivery, which may be the
    /// third write in line.
    static let busyTimeout = 2

    private struct State {
        /// nil if it could not be reopened.
        var pool: DatabasePool?
        var identity: [FileStamp.Identity?] = []
        var setAside: String?
    }

    /// How far a database is to be trusted when it is opened.
    private enum Trust {
        case full
        /// An error was reported: read all of it first.
        case none
        /// It was read, and is corrupt.
        case corrupt
    }

    /// The path to which a corrupt database was moved, at startup or in use; nil if the last new one replaced a deleted one.
    var setAside: String? { state.withLock(\.setAside) }
    let journal: Journal
    private let path: String
    private let didRenew: Renewal
    private let state: Mutex<State>
    /// Reopens the database, one caller at a time.
    private let reopening = DispatchQueue(label: "observer.database")

    /// Opens the database, or creates it.
    init(path: String, didRenew: @escaping Renewal) throws {
        self.path = path
        self.didRenew = didRenew
        journal = Journal()
        let opened = try Self.open(path, trust: .full, journal)
        state = Mutex(
            State(pool: opened.pool, identity: Self.identity(of: path), setAside: opened.setAside))
    }

    /// The free space of its disk, in bytes; unlimited if that is unknown.
    var freeSpace: Int64 {
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: path)
        return (attributes?[.systemFreeSize] as? NSNumber)?.int64Value ?? .max
    }

    /// Runs the body with the database, and once more with a new one if it turns out to be corrupt or deleted.
    func use<Value: Sendable>(_ body: (DatabasePool) async throws -> Value) async throws -> Value {
        let pool = try await usable()
        do {
            let value = try await body(pool)
            // A commit to a deleted file is not durable.
            guard isInPlace(pool) else { return try await body(try await renewed(replacing: pool)) }
            return value
        } catch let error as DatabaseError where error.meansBroken || isReplaced(pool) {
            return try await body(try await renewed(replacing: pool, trust: .none))
        }
    }

    /// Runs one transaction on the thread of the writer, without a task that waits for it.
    /// - Parameter completion: Called on that thread. After an error nothing is stored, and `use` may succeed. That includes
    ///   `NotInPlace`.
    func startWriting<Value: Sendable>(
        _ updates: @escaping @Sendable (Database) throws -> Value,
        completion: @escaping @Sendable (Result<Value, any Error>) -> Void
    ) {
        guard let pool = state.withLock(\.pool) else { return completion(.failure(NotInPlace())) }
        pool.asyncWrite(updates) { [self] _, result in
            // A commit to a deleted file is not durable.
            completion(result.flatMap { isInPlace(pool) ? .success($0) : .failure(NotInPlace()) })
        }
    }

    /// Reads the whole database with a connection of its own, and replaces it if it is corrupt.
    /// - Throws: `CancellationError`, `DatabaseError`
    func verify() async throws {
        let pool = try await usable()
        guard try await !Self.isSound(path) else { return }
        _ = try await renewed(replacing: pool, trust: .corrupt)
    }

    /// Writes as much of the journal into the database as no reader needs. The writer continues meanwhile, and only writes
    /// what was added since, after which the journal starts again from its beginning.
    /// - Throws: `CancellationError`, `DatabaseError`
    func checkpoint() async throws {
        let pool = try await usable()
        var configuration = GRDB.Configuration()
        configuration.busyMode = .timeout(Double(Self.busyTimeout))
        let other = try DatabaseQueue(path: path, configuration: configuration)
        try await other.writeWithoutTransaction { try $0.execute(sql: Self.checkpointing) }
        try await pool.writeWithoutTransaction { try $0.execute(sql: Self.checkpointing) }
    }

    /// Whether the open file still has its path.
    var isInPlace: Bool { state.withLock { $0.pool != nil && $0.identity == Self.identity(of: path) } }

    /// Whether the file of the pool still has its path. The pool is compared too: another caller may have replaced it, and
    /// then the file at the path is a new one, which lacks what was written with this pool.
    private func isInPlace(_ pool: DatabasePool) -> Bool {
        state.withLock { $0.pool === pool && $0.identity == Self.identity(of: path) }
    }

    /// Whether another caller has closed the pool.
    private func isReplaced(_ pool: DatabasePool) -> Bool { state.withLock { $0.pool !== pool } }

    private func usable() async throws -> DatabasePool {
        let pool = state.withLock(\.pool)
        if let pool, isInPlace(pool) { return pool }
        return try await renewed(replacing: pool)
    }

    /// Reopens the database, unless another caller has already done so. Callers wait without a thread, because checking a
    /// large database takes seconds, and even if they are cancelled, because a started write has to complete.
    private func renewed(replacing previous: DatabasePool?, trust: Trust = .full) async throws -> DatabasePool {
        try await withCheckedThrowingContinuation { continuation in
            reopening.async { [self] in
                continuation.resume(with: Result { try reopen(replacing: previous, trust: trust) })
            }
        }
    }

    /// Runs on the queue `reopening` only.
    private func reopen(replacing previous: DatabasePool?, trust: Trust) throws -> DatabasePool {
        // If reopening failed before, the previous pool is already closed, and closing it twice crashes the process.
        let open = state.withLock(\.pool)
        if let open, open !== previous { return open }
        state.withLock { $0.pool = nil }
        // Two connections of one process to one file must agree about its journal, which the old one may still hold.
        _ = try? open?.writeWithoutTransaction { try $0.checkpoint(.truncate) }
        try? open?.close()
        let opened = try Self.open(path, trust: trust, journal)
        // Before the first row of the new database is published.
        if opened.isNew {
            state.withLock { $0.setAside = opened.setAside }
            didRenew(opened.setAside)
        }
        state.withLock { ($0.pool, $0.identity) = (opened.pool, Self.identity(of: path)) }
        return opened.pool
    }

    // MARK: - Opening

    private struct Opened {
        let pool: DatabasePool
        let isNew: Bool
        var setAside: String?
    }

    private static func open(_ path: String, trust: Trust, _ journal: Journal) throws -> Opened {
        do {
            if trust == .corrupt { throw DatabaseError(resultCode: .SQLITE_CORRUPT) }
            return try openSound(path, checks: trust == .none, journal)
        } catch let error as DatabaseError where error.meansCorrupt {
            let broken = freePath(nextTo: path)
            try FileManager.default.moveItem(atPath: path, toPath: broken)
            // Its journal is part of it for anyone who examines it.
            for suffix in ["-wal", "-shm"] {
                try? FileManager.default.moveItem(atPath: path + suffix, toPath: broken + suffix)
            }
            var opened = try openSound(path, checks: false, journal)
            opened.setAside = broken
            return opened
        }
    }

    /// Cancellation interrupts the check.
    private static func isSound(_ path: String) async throws -> Bool {
        var configuration = GRDB.Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(Double(busyTimeout))
        do {
            let connection = try DatabaseQueue(path: path, configuration: configuration)
            return try await connection.read { try flaw(in: $0) == nil }
        } catch let error as DatabaseError where error.meansCorrupt {
            return false
        }
    }

    private static func flaw(in database: Database) throws -> String? {
        let result = try String.fetchOne(database, sql: "PRAGMA quick_check(1)")
        return result == "ok" ? nil : result
    }

    /// A path that is not in use, also for the second corrupt database within one second.
    private static func freePath(nextTo path: String) -> String {
        let place = path + ".broken-\(Int(Date().timeIntervalSince1970))"
        guard FileManager.default.fileExists(atPath: place) else { return place }
        var number = 2
        while FileManager.default.fileExists(atPath: "\(place)-\(number)") { number += 1 }
        return "\(place)-\(number)"
    }

    private static func openSound(_ path: String, checks: Bool, _ journal: Journal) throws -> Opened {
        let isNewFile = !FileManager.default.fileExists(atPath: path)
        if isNewFile {
            // The journal of a deleted database is useless.
            for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
            try FileManager.default.createDirectory(
                atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
            _ = FileManager.default.createFile(atPath: path, contents: nil)
        }
        // SQLite gives a new journal the permissions of the database; existing files may be readable by others.
        for suffix in ["", "-wal", "-shm"] {
            try? FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path + suffix)
        }
        var configuration = GRDB.Configuration()
        // Another program that reads it, or a previous process that is closing it, may hold a lock for a moment.
        configuration.busyMode = .timeout(Double(busyTimeout))
        // The first two have to be set before the first table is created; pruning can shrink the file then.
        configuration.prepareDatabase { database in
            guard !database.configuration.readonly else { return }
            try database.execute(sql: "PRAGMA page_size = \(pageSize)")
            // Until it has tables, there is nothing to lose.
            if isNewFile { try database.execute(sql: "PRAGMA synchronous = OFF") }
            try database.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
            // A journal that grew while a reader prevented its reuse is cut back.
            try database.execute(sql: "PRAGMA journal_size_limit = \(journalLimit)")
        }
        let pool = try DatabasePool(path: path, configuration: configuration)
        if checks, let flaw = try pool.read({ try flaw(in: $0) }) {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: flaw)
        }
        // With the writer: opening another connection would delay the start.
        let isNew = try pool.writeWithoutTransaction { database in
            if try Migrations.all.hasBeenSuperseded(database) { throw Newer() }
            return try !database.tableExists("delivery")
        }
        try Migrations.all.migrate(pool)
        // An acknowledged delivery must survive a power failure, not only a crash. The pool sets NORMAL on its writer, with
        // which the migrations do not wait for the disk.
        try pool.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA synchronous = FULL")
            journal.watch(database)
            // SQLite discards the journal of an empty file, so a new file itself has to be on disk first.
            if isNewFile { try database.checkpoint(.truncate) }
        }
        // A connection from before a migration reads rows under the old names of their columns.
        pool.invalidateReadOnlyConnections()
        return Opened(pool: pool, isNew: isNew)
    }

    private static func identity(of path: String) -> [FileStamp.Identity?] {
        [FileStamp(path: path)?.identity, FileStamp(path: path + "-wal")?.identity]
    }
}

extension DatabaseError {
    fileprivate var meansCorrupt: Bool {
        [.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(resultCode.primaryResultCode)
    }

    /// Whether the file is corrupt or gone, rather than temporarily not writable.
    var meansBroken: Bool {
        switch resultCode {
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: true
        case .SQLITE_ERROR: message?.hasPrefix("no such table") ?? false
        default: [.SQLITE_IOERR_SHORT_READ, .SQLITE_READONLY_DBMOVED].contains(extendedResultCode)
        }
    }
}
