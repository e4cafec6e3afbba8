package import Foundation
import GRDB
package import Logging
import ServiceLifecycle

/// Prunes the store at the start and every hour.
package struct RetentionKeeper: Service {
    private static let pause = Duration.seconds(3600)

    private let store: Store
    private let retention: Retention
    private let logger: Logger

    package init(store: Store, retention: Retention, logger: Logger) {
        self.store = store
        self.retention = retention
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await prune()
                try? await Task.sleep(for: Self.pause)
            }
        }
    }

    private func prune() async {
        do {
            let count = try await store.prune(
                before: Date(timeIntervalSinceNow: -retention.age.seconds), keeping: retention.bytes)
            if count > 0 { logger.info("Pruned \(count) deliveries and deployments (-keep \(retention))") }
        } catch is CancellationError {
            // The next start continues.
        } catch {
            logger.warning("Pruning the database failed; retrying in \(Self.pause.brief): \(error)")
        }
    }
}

/// Pruning, so that the database never grows without bound.
extension Store {
    /// Deployments kept regardless of age: the queue, the head's history and rollbacks need them.
    private static let keptDeployments = 20
    /// Deliveries kept regardless of age: a wrong clock must not delete everything.
    private static let keptDeliveries = 100
    /// Time after which a transaction deletes no more. Deliveries that arrive meanwhile wait for it.
    private static let slice = Duration.milliseconds(25)
    /// Rows chosen at a time when the size limit is exceeded.
    private static let chosenRows = 20
    /// Log lines deleted at a time.
    private static let deletedLines = 100

    /// Deletes deliveries and finished deployments with their logs that are too old, then the oldest until the size limit is
    /// met. If that is not enough, deletes the logs of kept deployments, and kept deliveries last. Works in short
    /// transactions, so that deliveries can be stored between them, and ends between two of them if it is cancelled.
    /// - Returns: The number of deleted deliveries and deployments.
    @discardableResult
    package func prune(before date: Date, keeping bytes: Int) async throws -> Int {
        let date = date.timeIntervalSince1970
        let choices: [@Sendable (Database) throws -> [Prunable]] = [
            { try Self.oldDeliveries("received_at < \(date)", limit: 1000, in: $0) },
            { try Self.oldDeployments("finished_at < \(date)", limit: 1000, in: $0) },
            { database in
                guard try Self.size(in: database) > bytes else { return [] }
                return try Self.oldDeliveries("TRUE", limit: Self.chosenRows, in: database)
                    + Self.oldDeployments("TRUE", limit: Self.chosenRows, in: database)
            },
            { try Self.size(in: $0) > bytes ? Self.oldestLog(in: $0) : [] },
            { try Self.size(in: $0) > bytes ? Self.keptDeliveries(limit: Self.chosenRows / 2, in: $0) : [] },
        ]
        var (pruned, hasDeleted) = (0, false)
        for choice in choices {
            while case let chosen = try await read(choice), !chosen.isEmpty {
                let rows = try await delete(chosen)
                // Ends even if nothing can be deleted.
                guard rows > 0 else { break }
                hasDeleted = true
                pruned += chosen.count { !$0.isLog }
            }
        }
        if hasDeleted { try await vacuum() }
        return pruned
    }

    /// - Returns: The number of deleted rows, including log lines.
    private func delete(_ chosen: [Prunable]) async throws -> Int {
        var (rest, rows) = (chosen[...], 0)
        while !rest.isEmpty {
            try Task.checkCancellation()
            let (done, deleted) = try await write { [rest] database -> (Int, Int) in
                let end = ContinuousClock.now + Self.slice
                var (done, deleted) = (0, 0)
                repeat {
                    let rows = try rest[rest.startIndex + done].deleteSome(limit: Self.deletedLines, in: database)
                    if let rows { deleted += rows } else { done += 1 }
                } while done < rest.count && ContinuousClock.now < end
                return (done, deleted)
            }
            rest = rest.dropFirst(done)
            rows += deleted
        }
        return rows
    }

    /// Returns the space of pruned rows to the file system, in short transactions.
    package func vacuum() async throws {
        var free = Int.max
        while case let left = try await vacuumSome(), left > 0, left < free {
            free = left
            try Task.checkCancellation()
        }
        try await checkpoint()
    }

    /// - Returns: The number of pages that are still free.
    private func vacuumSome() async throws -> Int {
        try await withoutTransaction { database in
            try database.execute(sql: "PRAGMA incremental_vacuum(256)")
            return try Int.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0
        }
    }

    /// Empties the journal, unless another connection reads from it: waiting for that one would delay deliveries.
    private func checkpoint() async throws {
        try await withoutTransaction { database in
            try database.execute(sql: "PRAGMA busy_timeout = 0")
            defer { try? database.execute(sql: "PRAGMA busy_timeout = \(DatabaseFile.busyTimeout * 1000)") }
            do {
                try database.checkpoint(.truncate)
            } catch let error as DatabaseError where error.resultCode.primaryResultCode == .SQLITE_BUSY {
                // A later one will do it.
            }
        }
    }

    /// The bytes of the database in use.
    package func size() async throws -> Int {
        try await read { try Self.size(in: $0) }
    }

    /// The bytes of the database's file.
    package func fileSize() async throws -> Int {
        try await read { database in
            let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
            return pages * (try Int.fetchOne(database, sql: "PRAGMA page_size") ?? 0)
        }
    }

    private static func size(in database: Database) throws -> Int {
        let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
        let free = try Int.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0
        return (pages - free) * (try Int.fetchOne(database, sql: "PRAGMA page_size") ?? 0)
    }

    private static func oldDeliveries(_ condition: String, limit: Int, in database: Database) throws -> [Prunable] {
        try ids(of: "delivery WHERE \(isOldDelivery) AND \(condition)", limit, in: database).map { .delivery($0) }
    }

    private static func oldDeployments(_ condition: String, limit: Int, in database: Database) throws -> [Prunable] {
        let isOld = "finished_at IS NOT NULL AND \(isOldDeployment)"
        return try ids(of: "deployment WHERE \(isOld) AND \(condition)", limit, in: database).map { .deployment($0) }
    }

    private static func oldestLog(in database: Database) throws -> [Prunable] {
        let hasLog = "EXISTS (SELECT 1 FROM log_line WHERE deployment = deployment.id)"
        return try ids(of: "deployment WHERE finished_at IS NOT NULL AND \(hasLog)", 1, in: database).map { .log($0) }
    }

    private static func keptDeliveries(limit: Int, in database: Database) throws -> [Prunable] {
        try ids(of: "delivery", limit, in: database).map { .keptDelivery($0) }
    }

    /// The oldest first.
    private static func ids(of rows: String, _ limit: Int, in database: Database) throws -> [Int64] {
        try Int64.fetchAll(database, sql: "SELECT id FROM \(rows) ORDER BY id LIMIT \(limit)")
    }

    fileprivate static let isOldDelivery =
        "id NOT IN (SELECT id FROM delivery ORDER BY id DESC LIMIT \(keptDeliveries))"

    /// The newest of all stay too: among them are those superseded by a rollback, which must not look like new pushes.
    fileprivate static let isOldDeployment = """
        id NOT IN (SELECT id FROM deployment WHERE stage != 'superseded' ORDER BY id DESC LIMIT \(keptDeployments))
        AND id NOT IN (SELECT id FROM deployment ORDER BY id DESC LIMIT \(keptDeployments))
        """
}

/// A row that was chosen to be deleted. Whether it may be is checked again, because the database may be a new one by then.
private enum Prunable {
    case delivery(Int64)
    /// One of the newest deliveries.
    case keptDelivery(Int64)
    case deployment(Int64)
    /// Only the log of a deployment.
    case log(Int64)

    var isLog: Bool {
        if case .log = self { true } else { false }
    }

    /// Deletes the row, or first some lines of its log.
    /// - Returns: The number of deleted rows; nil if there is nothing left to delete.
    func deleteSome(limit: Int, in database: Database) throws -> Int? {
        switch self {
        case .delivery(let id):
            try database.execute(
                sql: "DELETE FROM delivery WHERE id = ? AND \(Store.isOldDelivery)", arguments: [id])
        case .keptDelivery(let id):
            try database.execute(sql: "DELETE FROM delivery WHERE id = ?", arguments: [id])
        case .deployment(let id):
            let isOld = "id = ? AND finished_at IS NOT NULL AND \(Store.isOldDeployment)"
            guard try Int.fetchOne(database, sql: "SELECT 1 FROM deployment WHERE \(isOld)", arguments: [id]) != nil
            else { return nil }
            if let lines = try Prunable.log(id).deleteSome(limit: limit, in: database) { return lines }
            try database.execute(sql: "DELETE FROM deployment WHERE id = ?", arguments: [id])
        case .log(let id):
            try database.execute(
                sql: """
                    DELETE FROM log_line WHERE deployment = ? AND sequence IN
                    (SELECT sequence FROM log_line WHERE deployment = ? ORDER BY sequence LIMIT ?)
                    """,
                arguments: [id, id, limit])
        }
        return database.changesCount > 0 ? database.changesCount : nil
    }
}
