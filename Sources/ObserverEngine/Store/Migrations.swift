import GRDB

/// The tables of the database, as migrations.
enum Migrations {
    static var all: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: deliveries, deployments and their logs") { db in
            try db.create(table: "delivery") { table in
                table.autoIncrementedPrimaryKey("id")
                table.column("hook_id", .integer).notNull()
                table.column("guid", .text).notNull()
                table.column("event", .text).notNull()
                table.column("received_at", .double).notNull()
                table.column("owner", .text).notNull()
                table.column("repository", .text).notNull()
                table.column("ref", .text)
                table.column("branch", .text)
                table.column("before", .text)
                table.column("commit_id", .text)
                table.column("message", .text)
                table.column("author", .text)
                table.column("pusher", .text)
                table.column("verdict", .text).notNull()
                table.column("reason", .text)
                table.column("headers", .text).notNull()
                table.column("body", .blob).notNull()
                table.column("deployment", .integer)
                table.uniqueKey(["hook_id", "guid"])
            }
            try db.create(table: "deployment") { table in
                table.autoIncrementedPrimaryKey("id")
                table.column("owner", .text).notNull()
                table.column("repository", .text).notNull()
                table.column("branch", .text).notNull()
                table.column("commit_id", .text).notNull()
                table.column("previous", .text)
                table.column("message", .text)
                table.column("author", .text)
                table.column("pusher", .text)
                table.column("trigger", .text).notNull()
                table.column("is_forced", .boolean).notNull()
                table.column("delivery", .integer)
                table.column("stage", .text).notNull()
                table.column("queued_at", .double).notNull()
                table.column("started_at", .double)
                table.column("finished_at", .double)
                table.column("outcome", .text)
                table.column("changes", .text).notNull()
                table.column("progress", .text)
                table.column("marathon_deployments", .text).notNull()
            }
            try db.create(
                index: "deployment_by_stage", on: "deployment", columns: ["owner", "repository", "branch", "stage"])
            try db.create(table: "log_line") { table in
                table.column("deployment", .integer).notNull().references("deployment", onDelete: .cascade)
                table.column("sequence", .integer).notNull()
                table.column("at", .double).notNull()
                table.column("level", .text).notNull()
                table.column("verb", .text).notNull()
                table.column("text", .text).notNull()
                table.primaryKey(["deployment", "sequence"])
            }
            try db.create(table: "branch_state") { table in
                table.column("owner", .text).notNull()
                table.column("repository", .text).notNull()
                table.column("branch", .text).notNull()
                table.column("hook_id", .integer)
                table.column("is_hook_removed", .boolean).notNull()
                table.column("is_paused", .boolean).notNull()
                table.column("held_at", .text)
                table.primaryKey(["owner", "repository", "branch"])
            }
        }
        return migrator
    }
}
