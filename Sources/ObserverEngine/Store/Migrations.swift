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
        migrator.registerMigration("2: external ids, and progress in steps") { db in
            try db.alter(table: "deployment") { table in
                table.rename(column: "marathon_deployments", to: "external_ids")
            }
            let rows = try Row.fetchCursor(db, sql: "SELECT id, progress FROM deployment WHERE progress IS NOT NULL")
            while let row = try rows.next() {
                let progress: ProgressOfVersion1 = try JSONColumn.decode(row["progress"])
                try db.execute(
                    sql: "UPDATE deployment SET progress = ? WHERE id = ?",
                    arguments: [try JSONColumn.encode(progress.current), row["id"] as Int64])
            }
            for (old, new) in OutcomesOfVersion2.renamed {
                try db.execute(sql: "UPDATE deployment SET outcome = ? WHERE outcome = ?", arguments: [new, old])
            }
        }
        migrator.registerMigration("3: cancelled and interrupted deployments, and trouble with services") { db in
            try db.alter(table: "deployment") { table in
                table.add(column: "trouble", .text)
            }
            for (outcome, stage) in OutcomesOfVersion2.stages {
                try db.execute(
                    sql: "UPDATE deployment SET stage = ? WHERE stage = 'failed' AND outcome = ?",
                    arguments: [stage, outcome])
            }
        }
        migrator.registerMigration("4: when operators decided") { db in
            try db.alter(table: "branch_state") { table in
                table.add(column: "paused_at", .double)
                table.add(column: "held_since", .double)
                table.add(column: "hook_removed_at", .double)
                table.add(column: "held_from", .text)
            }
            for (time, condition) in [
                ("paused_at", "is_paused"), ("held_since", "held_at IS NOT NULL"),
                ("hook_removed_at", "is_hook_removed"),
            ] {
                try db.execute(
                    sql: "UPDATE branch_state SET \(time) = CAST(strftime('%s', 'now') AS REAL) WHERE \(condition)")
            }
        }
        migrator.registerMigration("5: an index for every query") { db in
            try db.drop(index: "deployment_by_stage")
            for index in IndexesOfVersion5.all { try db.execute(sql: "CREATE INDEX " + index) }
        }
        migrator.registerMigration("6: retries, the repository's id, and the cause of a hold") { db in
            try db.alter(table: "deployment") { table in
                table.add(column: "attempt", .integer).notNull().defaults(to: 1)
                table.add(column: "not_before", .double)
                table.add(column: "retry", .integer)
            }
            try db.alter(table: "branch_state") { table in
                table.add(column: "held_by", .text)
                table.add(column: "held_deployment", .integer)
                table.add(column: "repository_id", .integer)
                table.add(column: "repository_name", .text)
                table.add(column: "head", .text)
            }
        }
        migrator.registerMigration("7: the operator who requested a deployment") { db in
            try db.alter(table: "deployment") { table in
                table.add(column: "requested_by", .text)
            }
        }
        migrator.registerMigration("8: what operators did") { db in
            try db.create(table: "audit") { table in
                table.autoIncrementedPrimaryKey("id")
                table.column("at", .double).notNull()
                table.column("name", .text).notNull()
                table.column("role", .text).notNull()
                table.column("origin", .text).notNull()
                table.column("login", .text)
                table.column("claim", .text)
                table.column("action", .text).notNull()
                table.column("subject", .text)
                table.column("reason", .text)
                table.column("result", .text).notNull()
                table.column("answer", .text)
                table.column("deployment", .integer)
            }
            try db.create(index: "audit_by_age", on: "audit", columns: ["at"])
            try db.create(index: "audit_by_deployment", on: "audit", columns: ["deployment"])
        }
        migrator.registerMigration("9: when an operator accepted the repository") { db in
            try db.alter(table: "branch_state") { table in
                table.add(column: "repository_since", .double)
            }
        }
        migrator.registerMigration("10: heads that need no deployment") { db in
            try db.create(table: "skipped_head") { table in
                table.column("owner", .text).notNull()
                table.column("repository", .text).notNull()
                table.column("branch", .text).notNull()
                table.column("commit_id", .text).notNull()
                table.column("previous", .text)
                table.column("reason", .text).notNull()
                table.column("at", .double).notNull()
                table.primaryKey(["owner", "repository", "branch", "commit_id"])
            }
            try db.create(
                index: "skipped_head_by_age", on: "skipped_head", columns: ["owner", "repository", "branch", "at"])
        }
        migrator.registerMigration("11: rules, and who decided why") { db in
            try db.alter(table: "deployment") { table in
                for column in ["wait", "unapproved_plan", "override", "approval"] { table.add(column: column, .text) }
            }
            try db.alter(table: "branch_state") { table in
                for column in ["pause_reason", "paused_by", "held_until", "hold_reason", "hold_author"] {
                    table.add(column: column, .text)
                }
                table.add(column: "paused_until", .double)
            }
        }
        migrator.registerMigration("12: changes that a deployment leaves") { db in
            try db.alter(table: "deployment") { table in
                table.add(column: "leaves_changes", .boolean).notNull().defaults(to: false)
            }
        }
        migrator.registerMigration("13: what ended a deployment early, and what a correction concerns") { db in
            try db.alter(table: "deployment") { table in
                for column in ["ending", "corrected_apps"] { table.add(column: column, .text) }
            }
        }
        migrator.registerMigration("14: drift that was announced, and since when") { db in
            try db.create(table: "known_drift") { table in
                table.column("owner", .text).notNull()
                table.column("repository", .text).notNull()
                table.column("branch", .text).notNull()
                table.column("app", .text).notNull()
                table.column("since", .double)
                table.column("kind", .text)
                table.column("paths", .text).notNull()
                table.column("announced_at", .double)
                table.primaryKey(["owner", "repository", "branch", "app"])
            }
        }
        migrator.registerMigration("15: why operators rolled back, and who changed a pause") { db in
            try db.alter(table: "deployment") { table in
                table.add(column: "reason", .text)
            }
            // The record of their actions has the reasons.
            try db.execute(
                sql: """
                    UPDATE deployment SET reason = (
                        SELECT substr(audit.reason, 1, 512) FROM audit
                        WHERE audit.deployment = deployment.id AND audit.action = 'rollback'
                        ORDER BY audit.id DESC LIMIT 1)
                    WHERE "trigger" = 'rollback'
                    """)
            try db.alter(table: "branch_state") { table in
                table.add(column: "pause_since", .double)
                table.add(column: "pause_changed_by", .text)
            }
        }
        migrator.registerMigration("16: names of repositories in any case, in every table") { db in
            try db.drop(index: "skipped_head_by_age")
            for (table, rest) in IndexesOfVersion16.keys {
                try db.execute(sql: IndexesOfVersion16.removalOfOlderSpellings(in: table, rest))
            }
            for index in IndexesOfVersion16.all { try db.execute(sql: "CREATE " + index) }
        }
        migrator.registerMigration("17: which deployment replaced a missed push") { db in
            try db.alter(table: "delivery") { table in
                table.add(column: "superseded_by", .integer)
            }
            // From here on, only these columns are asked, no longer the texts.
            for update in TextsOfVersion17.updates { try db.execute(sql: update) }
        }
        migrator.registerMigration("18: when GitHub received a push") { db in
            try db.alter(table: "delivery") { table in
                table.add(column: "pushed_at", .double)
            }
        }
        return migrator
    }
}

/// Names of repositories are compared without case, which only an index with the same collation supports.
private enum IndexesOfVersion5 {
    private static let branch = "owner COLLATE NOCASE, repository COLLATE NOCASE, branch"

    static let all = [
        "deployment_by_branch ON deployment (\(branch))",
        "deployment_by_stage ON deployment (\(branch), stage)",
        "deployment_lasting ON deployment (\(branch)) WHERE stage NOT IN ('superseded', 'interrupted')",
        "deployment_kept ON deployment (id) WHERE stage <> 'superseded'",
        "deployment_by_commit ON deployment (commit_id, \(branch))",
        "deployment_by_end ON deployment (finished_at)",
        "delivery_by_verdict ON delivery (verdict)",
        "delivery_by_age ON delivery (received_at)",
        "delivery_undeployed ON delivery (commit_id) WHERE deployment IS NULL AND verdict = 'accepted'",
    ]
}

/// Before migration 16, a row of these tables was only found by names in the case in which it was stored.
private enum IndexesOfVersion16 {
    private static let branch = "owner COLLATE NOCASE, repository COLLATE NOCASE, branch"

    /// The tables, and what their keys have besides the branch.
    static let keys = [("branch_state", ""), ("skipped_head", ", commit_id"), ("known_drift", ", app")]

    static let all =
        keys.map { "UNIQUE INDEX \($0)_by_branch ON \($0) (\(branch)\($1))" }
        + ["INDEX skipped_head_by_age ON skipped_head (\(branch), at)"]

    /// Each save replaces the whole row: of rows that only differ in case, the one with the highest row ID is the newest.
    static func removalOfOlderSpellings(in table: String, _ rest: String) -> String {
        "DELETE FROM \(table) WHERE rowid NOT IN (SELECT MAX(rowid) FROM \(table) GROUP BY \(branch)\(rest))"
    }
}

/// Texts by which a row was recognized before migration 17.
private enum TextsOfVersion17 {
    private static let superseded = "superseded by deployment "
    private static let changesLeft = "Changes already applied were not undone: no earlier deployment succeeded."

    /// SQLite converts the digits at the beginning of a string, here of the rest of the reason.
    static let updates = [
        """
        UPDATE delivery
        SET superseded_by = CAST(substr(reason, instr(reason, '\(superseded)') + \(superseded.count)) AS INTEGER)
        WHERE verdict = 'accepted' AND deployment IS NULL AND instr(reason, '\(superseded)') > 0
        """,
        """
        UPDATE deployment SET outcome = replace(
            outcome, '\(changesLeft)', 'No earlier deployment succeeded, so there is nothing to return to.')
        WHERE leaves_changes AND instr(outcome, '\(changesLeft)') > 0
        """,
    ]
}

/// The progress as it was stored before migration 2.
private struct ProgressOfVersion1: Decodable {
    struct App: Decodable {
        let id: String
        let ready: Int
        let wanted: Int
    }

    let step: Int?
    let steps: Int?
    let apps: [App]

    var current: DeploymentProgress {
        DeploymentProgress(
            phase: step, phases: steps, steps: apps.map { .init(name: $0.id, done: $0.ready, of: $0.wanted) })
    }
}

/// Outcomes by which queries recognized a deployment before migration 3, and their words before migration 2.
private enum OutcomesOfVersion2 {
    static let stopped = "interrupted: the observer stopped; changes already applied continue"
    static let tokenRefused = "interrupted: GitHub rejected the token; the commit is queued again"
    static let cancelled = "cancelled by an operator; changes already applied are not undone"

    static let renamed = [
        "interrupted: the observer stopped; Marathon goes on by itself": stopped,
        "interrupted: GitHub refuses the token; the commit is queued again": tokenRefused,
        "cancelled by an operator; what Marathon has begun goes on there": cancelled,
    ]

    static let stages = [stopped: "interrupted", tokenRefused: "interrupted", cancelled: "cancelled"]
}
