package import Foundation
import GRDB
package import Logging
import ServiceLifecycle

/// Makes the store forget what is too old or too much, at the start and each hour.
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
                await forget()
                try? await Task.sleep(for: Self.pause)
            }
        }
    }

    private func forget() async {
        do {
            let count = try await store.forget(
                before: Date(timeIntervalSinceNow: -retention.age.seconds), keeping: retention.bytes)
            if count > 0 { logger.info("Forgot \(count) old deliveries and deployments, as -keep \(retention) says") }
        } catch {
            logger.warning("Can't make room in the database; trying again in \(Self.pause.brief): \(error)")
        }
    }
}

/// What makes the database forget, so that it never grows without bound.
extension Store {
    /// So many deployments are remembered whatever their age: the queue, the head's past and rollbacks need them.
    private static let rememberedDeployments = 20
    /// So many deliveries are remembered whatever their age: a clock that goes wrong must not make us forget everything.
    private static let rememberedDeliveries = 100
    /// How much of the oldest goes at a time where room is short.
    private static let slice = 200

    /// Forgets deliveries and ended deployments with their logs that are too old, then the oldest until the rest has room;
    /// where that is not enough the logs of the deployments that are remembered, and the newest deliveries only at last.
    /// - Returns: How many deliveries and deployments are forgotten.
    @discardableResult
    package func forget(before date: Date, keeping bytes: Int) async throws -> Int {
        var forgotten = try await write { try Self.forget(before: date.timeIntervalSince1970, in: $0) }
        var hasMadeRoom = forgotten > 0
        let steps: [@Sendable (Database) throws -> Gone] = [
            { try Self.forgetOldest(in: $0) }, { try Self.forgetOldestLog(in: $0) },
            { try Self.forgetNewestDeliveries(in: $0) },
        ]
        for step in steps {
            while try await size() > bytes {
                let gone = try await write { try step($0) }
                guard gone.rows > 0 else { break }
                forgotten += gone.counted
                hasMadeRoom = true
            }
        }
        if hasMadeRoom { try await giveBackRoom() }
        return forgotten
    }

    /// The bytes of the database that are in use.
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

    private static func forget(before date: TimeInterval, in database: Database) throws -> Int {
        try database.execute(
            sql: """
                DELETE FROM delivery WHERE received_at < ?
                AND id NOT IN (SELECT id FROM delivery ORDER BY id DESC LIMIT \(rememberedDeliveries))
                """,
            arguments: [date])
        let deliveries = database.changesCount
        try database.execute(
            sql: "DELETE FROM deployment WHERE finished_at < ? AND \(Self.mayGo)", arguments: [date])
        return deliveries + database.changesCount
    }

    private static func forgetOldest(in database: Database) throws -> Gone {
        try database.execute(
            sql: """
                DELETE FROM delivery WHERE id IN (SELECT id FROM delivery
                WHERE id NOT IN (SELECT id FROM delivery ORDER BY id DESC LIMIT \(rememberedDeliveries))
                ORDER BY id LIMIT \(slice))
                """)
        let deliveries = database.changesCount
        try database.execute(
            sql: """
                DELETE FROM deployment WHERE id IN (
                    SELECT id FROM deployment WHERE finished_at IS NOT NULL AND \(Self.mayGo) ORDER BY id LIMIT \(slice))
                """)
        return Gone(rows: deliveries + database.changesCount)
    }

    private static func forgetOldestLog(in database: Database) throws -> Gone {
        try database.execute(
            sql: """
                DELETE FROM log_line WHERE deployment = (
                    SELECT id FROM deployment WHERE finished_at IS NOT NULL
                    AND EXISTS (SELECT 1 FROM log_line WHERE deployment = deployment.id) ORDER BY id LIMIT 1)
                """)
        return Gone(rows: database.changesCount, counted: 0)
    }

    private static func forgetNewestDeliveries(in database: Database) throws -> Gone {
        try database.execute(
            sql: """
                DELETE FROM delivery WHERE id IN (SELECT id FROM delivery ORDER BY id LIMIT \(rememberedDeliveries / 10))
                """)
        return Gone(rows: database.changesCount)
    }

    /// What a step has made room by.
    private struct Gone {
        let rows: Int
        /// How many of them are deliveries and deployments.
        let counted: Int

        init(rows: Int, counted: Int? = nil) { (self.rows, self.counted) = (rows, counted ?? rows) }
    }

    /// The newest of all stay too: among them is what a rollback superseded, which must not look like a new push.
    private static let mayGo = """
        id NOT IN (SELECT id FROM deployment WHERE stage != 'superseded' ORDER BY id DESC LIMIT \(rememberedDeployments))
        AND id NOT IN (SELECT id FROM deployment ORDER BY id DESC LIMIT \(rememberedDeployments))
        """
}
