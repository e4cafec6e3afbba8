import GRDB
import GRDBSQLite
package import Logging
import ServiceLifecycle
import Synchronization

/// Writes the journal into the database while deliveries are stored.
package struct JournalKeeper: Service {
    private let store: Store
    private let logger: Logger

    package init(store: Store, logger: Logger) {
        self.store = store
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in store.journal.signals {
                do {
                    try await store.checkpoint()
                } catch is CancellationError {
                    return
                } catch {
                    // The transaction that makes the journal too long tries it again.
                    logger.debug("Could not write the journal into the database: \(error)")
                }
            }
        }
    }
}

/// Notes how long the journal is after each transaction. SQLite by itself writes a journal of 1000 pages into the database
/// within the transaction of a delivery, and all deliveries that arrive meanwhile wait for it.
final class Journal: Sendable {
    /// Pages after which the journal should be written into the database, and again after as many more.
    static let limit = 1000
    /// Pages after which a transaction does it, so that the journal is bounded.
    static let last = 4000

    /// Signals that the journal should be written into the database.
    let signals: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation
    /// The pages at which it signals next.
    private let next = Atomic(limit)

    init() {
        (signals, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Replaces SQLite's own rule for this connection, which must not outlive the journal.
    func watch(_ database: Database) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        _ = sqlite3_wal_hook(
            database.sqliteConnection,
            { context, connection, name, pages in
                guard let context else { return SQLITE_OK }
                let journal = Unmanaged<Journal>.fromOpaque(context).takeUnretainedValue()
                // As in SQLite, a failure is left to the next transaction.
                if journal.isTooLong(at: Int(pages)) { _ = sqlite3_wal_checkpoint(connection, name) }
                return SQLITE_OK
            }, context)
    }

    /// Signals when it is due.
    private func isTooLong(at pages: Int) -> Bool {
        if pages < Self.limit {
            next.store(Self.limit, ordering: .relaxed)
        } else if pages >= next.load(ordering: .relaxed) {
            next.store(pages + Self.limit, ordering: .relaxed)
            continuation.yield()
        }
        return pages >= Self.last
    }
}
