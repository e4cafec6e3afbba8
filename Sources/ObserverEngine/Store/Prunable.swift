import GRDB

/// A row that was chosen to be deleted. Whether it may be is checked again, because the database may be a new one by then.
enum Prunable: Sendable {
    case delivery(Int64)
    /// One of the newest deliveries, deleted because the database is too large without older ones.
    case deliveryOverLimit(Int64)
    case deployment(Int64)
    /// Only the log of a deployment.
    case log(Int64)
    case audit(Int64)

    var isLog: Bool {
        if case .log = self { true } else { false }
    }

    /// The rows that stay, whatever their age.
    struct Kept: Sendable {
        /// A wrong clock must not delete everything.
        private static let deliveries = 100
        /// The queue, the head's history and rollbacks need them.
        private static let deployments = 20
        private static let audit = 100

        /// The oldest id of each kind of row that stays; 0 if all of them stay.
        fileprivate let delivery: Int64
        fileprivate let deployment: Int64
        /// Of the deployments that were not superseded.
        fileprivate let notSuperseded: Int64
        fileprivate let audit: Int64

        init(in database: Database) throws {
            delivery = try Self.oldest("delivery WHERE", Self.deliveries, in: database)
            // The newest of all stay too: among them are those superseded by a rollback, which must not look like new pushes.
            deployment = try Self.oldest("deployment WHERE", Self.deployments, in: database)
            notSuperseded = try Self.oldest(
                "deployment INDEXED BY deployment_kept WHERE stage <> 'superseded' AND", Self.deployments, in: database)
            audit = try Self.oldest("audit WHERE", Self.audit, in: database)
        }

        private static func oldest(_ rows: String, _ count: Int, in database: Database) throws -> Int64 {
            let statement = try database.cachedStatement(
                sql: "SELECT id FROM \(rows) id > 0 ORDER BY id DESC LIMIT 1 OFFSET ?")
            return try Int64.fetchOne(statement, arguments: [count - 1]) ?? 0
        }
    }

    /// Whether a deployment is neither the newest success of its branch nor the newest one of another commit: a rollback
    /// and the search for drift need these, whatever was tried since.
    private static let isUnneeded: String = {
        let last = newestSuccess("id")
        let other = newestSuccess("id", where: "commit_id <> \(newestSuccess("commit_id"))")
        return "(stage <> 'succeeded' OR id <> \(last) AND id <> IFNULL(\(other), 0))"
    }()

    /// A subquery for one column of the newest success of the branch of a deployment.
    private static func newestSuccess(_ column: String, where condition: String = "TRUE") -> String {
        """
        (SELECT \(column) FROM deployment AS success INDEXED BY deployment_by_stage
         WHERE \(BranchKey.condition(sameAs: "deployment")) AND stage = 'succeeded' AND \(condition)
         ORDER BY id DESC LIMIT 1)
        """
    }

    // MARK: - Choosing, the oldest first

    /// - Parameter date: Only those received before; nil for any age.
    static func oldDeliveries(before date: Double? = nil, limit: Int, in database: Database) throws -> [Prunable] {
        let kept = try Kept(in: database)
        let ids =
            if let date {
                try Int64.fetchAll(
                    database,
                    sql: """
                        SELECT id FROM delivery INDEXED BY delivery_by_age WHERE received_at < ? AND id < ?
                        ORDER BY received_at LIMIT ?
                        """, arguments: [date, kept.delivery, limit])
            } else {
                try Int64.fetchAll(
                    database, sql: "SELECT id FROM delivery WHERE id < ? ORDER BY id LIMIT ?",
                    arguments: [kept.delivery, limit])
            }
        return ids.map { .delivery($0) }
    }

    /// - Parameter date: Only those finished before; nil for any time.
    static func oldDeployments(before date: Double? = nil, limit: Int, in database: Database) throws -> [Prunable] {
        let kept = try Kept(in: database)
        let isOld = "id < ? AND (id < ? OR stage = 'superseded') AND \(isUnneeded)"
        let ids =
            if let date {
                try Int64.fetchAll(
                    database,
                    sql: """
                        SELECT id FROM deployment INDEXED BY deployment_by_end WHERE finished_at < ? AND \(isOld)
                        ORDER BY finished_at LIMIT ?
                        """, arguments: [date, kept.deployment, kept.notSuperseded, limit])
            } else {
                try Int64.fetchAll(
                    database,
                    sql: "SELECT id FROM deployment WHERE \(isOld) AND finished_at IS NOT NULL ORDER BY id LIMIT ?",
                    arguments: [kept.deployment, kept.notSuperseded, limit])
            }
        return ids.map { .deployment($0) }
    }

    /// The log of the oldest deployment that has one, unless it is still running.
    static func oldestLog(in database: Database) throws -> [Prunable] {
        try Int64.fetchAll(
            database,
            sql: """
                SELECT id FROM deployment
                WHERE id = (SELECT MIN(deployment) FROM log_line) AND finished_at IS NOT NULL
                """
        ).map { .log($0) }
    }

    /// - Parameter date: Only those recorded before; nil for any age.
    static func oldAudit(before date: Double? = nil, limit: Int, in database: Database) throws -> [Prunable] {
        let kept = try Kept(in: database)
        let ids =
            if let date {
                try Int64.fetchAll(
                    database,
                    sql: "SELECT id FROM audit INDEXED BY audit_by_age WHERE at < ? AND id < ? ORDER BY at LIMIT ?",
                    arguments: [date, kept.audit, limit])
            } else {
                try Int64.fetchAll(
                    database, sql: "SELECT id FROM audit WHERE id < ? ORDER BY id LIMIT ?",
                    arguments: [kept.audit, limit])
            }
        return ids.map { .audit($0) }
    }

    static func deliveriesOverLimit(limit: Int, in database: Database) throws -> [Prunable] {
        try Int64.fetchAll(
            database, sql: "SELECT id FROM delivery WHERE id > 0 ORDER BY id LIMIT ?", arguments: [limit]
        ).map { .deliveryOverLimit($0) }
    }

    // MARK: - Deleting

    /// Deletes the row, or first some lines of its log.
    /// - Returns: The number of deleted rows; nil if there is nothing left to delete.
    func deleteSome(limit: Int, except kept: Kept, in database: Database) throws -> Int? {
        switch self {
        case .delivery(let id):
            guard id < kept.delivery else { return nil }
            try Self.run("DELETE FROM delivery WHERE id = ?", [id], in: database)
        case .deliveryOverLimit(let id):
            try Self.run("DELETE FROM delivery WHERE id = ?", [id], in: database)
        case .deployment(let id):
            guard id < kept.deployment, try Self.isPrunable(id, exceptFrom: kept.notSuperseded, in: database)
            else { return nil }
            let lines = try Prunable.log(id).deleteSome(limit: limit, except: kept, in: database)
            if let lines { return lines }
            try Self.run("DELETE FROM deployment WHERE id = ?", [id], in: database)
        case .audit(let id):
            guard id < kept.audit else { return nil }
            try Self.run("DELETE FROM audit WHERE id = ?", [id], in: database)
        case .log(let id):
            try Self.run(
                """
                DELETE FROM log_line WHERE deployment = ? AND sequence IN
                (SELECT sequence FROM log_line WHERE deployment = ? ORDER BY sequence LIMIT ?)
                """, [id, id, limit], in: database)
        }
        return database.changesCount > 0 ? database.changesCount : nil
    }

    private static func isPrunable(
        _ id: Int64, exceptFrom notSuperseded: Int64, in database: Database
    ) throws -> Bool {
        let statement = try database.cachedStatement(
            sql: """
                SELECT 1 FROM deployment
                WHERE id = ? AND finished_at IS NOT NULL AND (id < ? OR stage = 'superseded') AND \(isUnneeded)
                """)
        return try Int.fetchOne(statement, arguments: [id, notSuperseded]) != nil
    }

    private static func run(_ sql: String, _ arguments: StatementArguments, in database: Database) throws {
        try database.cachedStatement(sql: sql).execute(arguments: arguments)
    }
}
