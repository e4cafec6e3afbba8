import Foundation
import GRDB
import Synchronization

/// The file of the database. One that turns out to be broken, or is taken away while we run, makes room for a new one: what
/// it knew comes back from GitHub and Marathon.
final class DatabaseFile: Sendable {
    /// What became of a database that could not be kept: where it was put aside, nil where there was nothing left of it.
    typealias Renewal = @Sendable (_ putAside: String?) -> Void

    private struct State {
        /// nil where it could not be opened again.
        var pool: DatabasePool?
        var identity: [FileStamp.Identity?] = []
    }

    /// Where a database that was broken at the start has been put aside.
    let putAside: String?
    private let path: String
    private let didRenew: Renewal
    private let state: Mutex<State>

    /// Opens the database, creates it where it is missing.
    init(path: String, didRenew: @escaping Renewal) throws {
        self.path = path
        self.didRenew = didRenew
        let opened = try Self.open(path)
        putAside = opened.putAside
        state = Mutex(State(pool: opened.pool, identity: Self.identity(of: path)))
    }

    /// Works with the database; where it shows itself as broken or gone, once more with a new one.
    func use<Value: Sendable>(_ body: (DatabasePool) async throws -> Value) async throws -> Value {
        let pool = try usable()
        do {
            let value = try await body(pool)
            // What was committed to a file that is gone is not durable.
            guard isInPlace else { return try await body(try renewed(instead: pool)) }
            return value
        } catch let error as DatabaseError where error.meansBroken {
            return try await body(try renewed(instead: pool))
        }
    }

    private var isInPlace: Bool { state.withLock { $0.identity == Self.identity(of: path) } }

    private func usable() throws -> DatabasePool {
        let pool = state.withLock(\.pool)
        if let pool, isInPlace { return pool }
        return try renewed(instead: pool)
    }

    /// Opens the database again, unless somebody else has done so meanwhile.
    private func renewed(instead former: DatabasePool?) throws -> DatabasePool {
        let (pool, opened) = try state.withLock { state -> (DatabasePool, Opened?) in
            if let pool = state.pool, pool !== former { return (pool, nil) }
            // Where nothing could be opened instead, somebody has closed the former one before: a second time ends the
            // process.
            let open = state.pool
            state.pool = nil
            // Two connections of one process to one file must agree about its journal.
            // It may still hold a journal that nobody else can open.
            _ = try? open?.writeWithoutTransaction { try $0.checkpoint(.truncate) }
            try? open?.close()
            let opened = try Self.open(path)
            state = State(pool: opened.pool, identity: Self.identity(of: path))
            return (opened.pool, opened)
        }
        if let opened, opened.isNew { didRenew(opened.putAside) }
        return pool
    }

    // MARK: - Opening

    private struct Opened {
        let pool: DatabasePool
        let isNew: Bool
        var putAside: String?
    }

    private static func open(_ path: String) throws -> Opened {
        do {
            return try openSound(path)
        } catch let error as DatabaseError
            where [.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(error.resultCode.primaryResultCode)
        {
            let broken = freePlace(beside: path)
            try FileManager.default.moveItem(atPath: path, toPath: broken)
            var opened = try openSound(path)
            opened.putAside = broken
            return opened
        }
    }

    /// Where nothing is yet, also where another one broke within the same second.
    private static func freePlace(beside path: String) -> String {
        let place = path + ".broken-\(Int(Date().timeIntervalSince1970))"
        guard FileManager.default.fileExists(atPath: place) else { return place }
        var number = 2
        while FileManager.default.fileExists(atPath: "\(place)-\(number)") { number += 1 }
        return "\(place)-\(number)"
    }

    private static func openSound(_ path: String) throws -> Opened {
        if !FileManager.default.fileExists(atPath: path) {
            // The journal of a database that is gone is nobody's.
            for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
            try FileManager.default.createDirectory(
                atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
            _ = FileManager.default.createFile(atPath: path, contents: nil)
        }
        // SQLite gives a new journal the permissions of the database; what was there before may be open to others.
        for suffix in ["", "-wal", "-shm"] {
            try? FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path + suffix)
        }
        var configuration = GRDB.Configuration()
        // Somebody who looks at it with another program, or a predecessor that is about to close it, holds it for a moment.
        configuration.busyMode = .timeout(5)
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
        let isNew = try pool.read { try !$0.tableExists("delivery") }
        try Migrations.all.migrate(pool)
        return Opened(pool: pool, isNew: isNew)
    }

    private static func identity(of path: String) -> [FileStamp.Identity?] {
        [FileStamp(path: path)?.identity, FileStamp(path: path + "-wal")?.identity]
    }
}

extension DatabaseError {
    /// Whether it says that the file is not what it was, rather than that it can't be written now.
    var meansBroken: Bool {
        switch resultCode {
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: true
        case .SQLITE_ERROR: message?.hasPrefix("no such table") ?? false
        default: [.SQLITE_IOERR_SHORT_READ, .SQLITE_READONLY_DBMOVED].contains(extendedResultCode)
        }
    }
}
