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
    /// Rows deleted per transaction when the size limit is exceeded.
    private static let slice = 200

    /// Deletes deliveries and finished deployments with their logs that are too old, then the oldest until the size limit is
    /// met. If that is not enough, deletes the logs of kept deployments, and kept deliveries last.
    /// - Returns: The number of deleted deliveries and deployments.
    @discardableResult
    package func prune(before date: Date, keeping bytes: Int) async throws -> Int {
        var pruned = try await write { try Self.prune(before: date.timeIntervalSince1970, in: $0) }
        var hasDeleted = pruned > 0
        let steps: [@Sendable (Database) throws -> Deleted] = [
            { try Self.pruneOldest(in: $0) }, { try Self.pruneOldestLog(in: $0) },
            { try Self.pruneNewestDeliveries(in: $0) },
        ]
        for step in steps {
            while try await size() > bytes {
                let gone = try await write { try step($0) }
                guard gone.rows > 0 else { break }
                pruned += gone.counted
                hasDeleted = true
            }
        }
        if hasDeleted { try await vacuum() }
        return pruned
    }

    /// The bytes of the database in use.
    package func size() async throws -> Int {
        try await read { database in
            let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
            let free = try Int.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0
            return (pages - free) * (try Int.fetchOne(database, sql: "PRAGMA page_size") ?? 0)
        }
    }

    /// The bytes of the database's file.
    package func fileSize() async throws -> Int {
        try await read { database in
            let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
            return pages * (try Int.fetchOne(database, sql: "PRAGMA page_size") ?? 0)
        }
    }

    private static func prune(before date: TimeInterval, in database: Database) throws -> Int {
        try database.execute(
            sql: """
                DELETE FROM delivery WHERE received_at < ?
                AND id NOT IN (SELECT id FROM delivery ORDER BY id DESC LIMIT \(keptDeliveries))
                """,
            arguments: [date])
        let deliveries = database.changesCount
        try database.execute(
            sql: "DELETE FROM deployment WHERE finished_at < ? AND \(Self.isPrunable)", arguments: [date])
        return deliveries + database.changesCount
    }

    private static func pruneOldest(in database: Database) throws -> Deleted {
        try database.execute(
            sql: """
                DELETE FROM delivery WHERE id IN (SELECT id FROM delivery
                WHERE id NOT IN (SELECT id FROM delivery ORDER BY id DESC LIMIT \(keptDeliveries))
                ORDER BY id LIMIT \(slice))
                """)
        let deliveries = database.changesCount
        try database.execute(
            sql: """
                DELETE FROM deployment WHERE id IN (
                    SELECT id FROM deployment WHERE finished_at IS NOT NULL AND \(Self.isPrunable) ORDER BY id LIMIT \(slice))
                """)
        return Deleted(rows: deliveries + database.changesCount)
    }

    private static func pruneOldestLog(in database: Database) throws -> Deleted {
        try database.execute(
            sql: """
                DELETE FROM log_line WHERE deployment = (
                    SELECT id FROM deployment WHERE finished_at IS NOT NULL
                    AND EXISTS (SELECT 1 FROM log_line WHERE deployment = deployment.id) ORDER BY id LIMIT 1)
                """)
        return Deleted(rows: database.changesCount, counted: 0)
    }

    private static func pruneNewestDeliveries(in database: Database) throws -> Deleted {
        try database.execute(
            sql: """
                DELETE FROM delivery WHERE id IN (SELECT id FROM delivery ORDER BY id LIMIT \(keptDeliveries / 10))
                """)
        return Deleted(rows: database.changesCount)
    }

    /// The rows that a step deleted.
    private struct Deleted {
        let rows: Int
        /// The deliveries and deployments among them.
        let counted: Int

        init(rows: Int, counted: Int? = nil) { (self.rows, self.counted) = (rows, counted ?? rows) }
    }

    /// The newest of all stay too: among them are those superseded by a rollback, which must not look like new pushes.
    private static let isPrunable = """
        id NOT IN (SELECT id FROM deployment WHERE stage != 'superseded' ORDER BY id DESC LIMIT \(keptDeployments))
        AND id NOT IN (SELECT id FROM deployment ORDER BY id DESC LIMIT \(keptDeployments))
        """
}
