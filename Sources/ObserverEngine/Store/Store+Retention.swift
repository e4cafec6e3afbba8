package import Foundation
import GRDB
package import Logging
import ServiceLifecycle

/// Checks the store at startup, and prunes it then and every hour.
package struct RetentionKeeper: Service {
    private static let pause = Duration.seconds(3600)
    /// Reading a large database must not delay the start.
    private static let delay = Duration.seconds(5)

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
            try? await Task.sleep(for: Self.delay)
            await verify()
            while !Task.isCancelled {
                await prune()
                try? await Task.sleep(for: Self.pause)
            }
        }
    }

    private func verify() async {
        do {
            try await store.verify()
        } catch is CancellationError {
            // The next start checks it.
        } catch {
            logger.warning("Database check failed: \(error)")
        }
    }

    private func prune() async {
        do {
            let count = try await store.prune(
                before: Date(timeIntervalSinceNow: -retention.age.seconds), keeping: retention.bytes)
            if count > 0 {
                logger.info("Pruned \(count) deliveries, deployments and actions (-keep \(retention))")
            }
        } catch is CancellationError {
            // The next start continues.
        } catch {
            logger.warning("Pruning the database failed; retrying in \(Self.pause.brief): \(error)")
        }
    }
}

/// Pruning, so that the database never grows without bound.
extension Store {
    /// Time after which a transaction deletes no more. Deliveries that arrive meanwhile wait for it.
    private static let slice = Duration.milliseconds(25)
    /// Rows after which it deletes no more, and pages after which it vacuums no more. With the pages that these change, the
    /// journal stays below the size at which a delivery would have to write it into the database.
    private static let slicedRows = 200
    private static let slicedPages = 128
    /// Rows chosen at a time when the size limit is exceeded.
    private static let chosenRows = 20
    /// Log lines deleted at a time.
    private static let deletedLines = 100

    /// Deletes deliveries, finished deployments with their logs, and entries of the audit log that are too old, then the
    /// oldest until the size limit is met. If that is not enough, deletes the logs of kept deployments, and kept deliveries
    /// last. Works in short transactions, so that deliveries can be stored between them and while the journal is written into
    /// the database, and ends between two of them if it is cancelled.
    /// - Returns: The number of deleted deliveries, deployments and entries of the audit log.
    @discardableResult
    package func prune(before date: Date, keeping bytes: Int) async throws -> Int {
        let date = date.timeIntervalSince1970
        let choices: [@Sendable (Database) throws -> [Prunable]] = [
            { try Prunable.oldDeliveries(before: date, limit: 1000, in: $0) },
            { try Prunable.oldDeployments(before: date, limit: 1000, in: $0) },
            { try Prunable.oldAudit(before: date, limit: 1000, in: $0) },
            { database in
                guard try Self.size(in: database) > bytes else { return [] }
                return try Prunable.oldDeliveries(limit: Self.chosenRows, in: database)
                    + Prunable.oldDeployments(limit: Self.chosenRows, in: database)
                    + Prunable.oldAudit(limit: Self.chosenRows, in: database)
            },
            { try Self.size(in: $0) > bytes ? Prunable.oldestLog(in: $0) : [] },
            { try Self.size(in: $0) > bytes ? Prunable.deliveriesOverLimit(limit: Self.chosenRows / 2, in: $0) : [] },
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
            let (done, deleted) = try await write(.crash) { [rest] database -> (Int, Int) in
                let end = ContinuousClock.now + Self.slice
                let kept = try Prunable.Kept(in: database)
                var (done, deleted) = (0, 0)
                repeat {
                    let rows = try rest[rest.startIndex + done]
                        .deleteSome(limit: Self.deletedLines, except: kept, in: database)
                    if let rows { deleted += rows } else { done += 1 }
                } while done < rest.count && deleted < Self.slicedRows && ContinuousClock.now < end
                return (done, deleted)
            }
            try await checkpoint()
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
            try await checkpoint()
        }
        try await emptyJournal()
    }

    /// - Returns: The number of pages that are still free.
    private func vacuumSome() async throws -> Int {
        try await write(.crash) { database in
            try database.execute(sql: "PRAGMA incremental_vacuum(\(Self.slicedPages))")
            return try Int.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0
        }
    }

    /// Empties the journal, unless another connection reads from it: waiting for that one would delay deliveries.
    private func emptyJournal() async throws {
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
}
