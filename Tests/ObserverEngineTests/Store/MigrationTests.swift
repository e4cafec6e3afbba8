import Foundation
import GRDB
import Testing

@testable import ObserverEngine

@Suite("A database of an earlier version")
struct MigrationTests {
    /// Makes the database as the first migrations alone leave it, with rows as they were written then.
    private func withOldDatabase(
        upTo migration: String = "1: deliveries, deployments and their logs", _ rows: [String],
        _ body: (Store) async throws -> Void
    ) async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        do {
            let queue = try DatabaseQueue(path: directory + "/observer.sqlite")
            try Migrations.all.migrate(queue, upTo: migration)
            try await queue.write { database in
                for row in rows { try database.execute(sql: row) }
            }
            try queue.close()
        }
        let store = try Store(directory: directory)
        #expect(store.brokenDatabase == nil)
        try await body(store)
    }

    private static func deployment(
        _ id: Int, stage: String, outcome: String = "NULL", progress: String = "NULL", marathon: String = "'[]'"
    ) throws -> String {
        """
        INSERT INTO deployment (id, owner, repository, branch, commit_id, message, "trigger", is_forced, stage, queued_at,
            started_at, finished_at, outcome, changes, progress, marathon_deployments)
        VALUES (\(id), 'mhausenblas', 's4d', 'dcos', '\(try Sample.commit(id))', 'Grow', 'delivery', 0, '\(stage)',
            1800000000.5, 1800000001.5, 1800000009.5, \(outcome),
            '[{"appID":"/web","kind":"updated","fields":[{"path":"/mem","before":"32","after":"64"}]}]',
            \(progress), \(marathon))
        """
    }

    @Test("keeps its history")
    func history() async throws {
        let progress =
            #"'{"step":2,"steps":3,"apps":[{"id":"/web","ready":1,"wanted":2},{"id":"/api","ready":3,"wanted":3}]}'"#
        let rows = [
            try Self.deployment(1, stage: "succeeded", outcome: "'1 changed (/web)'"),
            try Self.deployment(
                2, stage: "failed", outcome: "'Not healthy'", progress: progress, marathon: #"'["m-1","m-2"]'"#),
            """
            INSERT INTO delivery (id, hook_id, guid, event, received_at, owner, repository, verdict, headers, body)
            VALUES (1, 7, 'g', 'ping', 1800000000, 'mhausenblas', 's4d', 'ping', '[]', x'7b7d')
            """,
            "INSERT INTO log_line VALUES (2, 1, 1800000002, 'info', 'applied', 'Marathon deployment m-1')",
            "INSERT INTO branch_state VALUES ('mhausenblas', 's4d', 'dcos', 7, 0, 1, NULL)",
        ]
        try await withOldDatabase(rows) { store in
            let all = try await store.all()
            #expect(all.map(\.stage) == [.succeeded, .failed])
            #expect(all[0].outcome == "1 changed (/web)")
            #expect(all[0].progress == nil)
            #expect(all[0].externalIDs.isEmpty)
            #expect(all[1].externalIDs == ["m-1", "m-2"])
            #expect(
                all[1].progress
                    == DeploymentProgress(
                        phase: 2, phases: 3,
                        steps: [.init(name: "/web", done: 1, of: 2), .init(name: "/api", done: 3, of: 3)]))
            #expect(all[1].changes.map(\.appID) == ["/web"])
            #expect(try await store.log(of: 2).map(\.text) == ["Marathon deployment m-1"])
            #expect(try await store.deliveryCount() == 1)
            let state = try await store.branchState(of: Sample.branch)
            #expect(state.hookID == 7 && state.isPaused && state.decisions.pause.at != nil)
            #expect(state.decisions.hold.at == nil && state.decisions.hookRemoval.at == nil)
            #expect(try await store.delivery(1)?.body == Data("{}".utf8))
            #expect(try await store.knownDrift(of: Sample.branch) == [])
            #expect(try await store.run(3, to: .succeeded).id == 3)
        }
    }

    @Test("finds the reasons of rollbacks in the actions of operators, and keeps since when deployments are paused")
    func reasons() async throws {
        let deployment = { (id: Int, trigger: String) in
            """
            INSERT INTO deployment (id, owner, repository, branch, commit_id, "trigger", is_forced, stage, queued_at,
                changes, external_ids)
            VALUES (\(id), 'mhausenblas', 's4d', 'dcos', '\(try Sample.commit(id))', '\(trigger)', 0, 'cancelled',
                1800000000, '[]', '[]')
            """
        }
        let action = { (name: String, deployment: Int, reason: String) in
            """
            INSERT INTO audit (at, name, role, origin, action, reason, result, deployment)
            VALUES (1800000000, 'ann', 'operate', 'socket', '\(name)', '\(reason)', 'done', \(deployment))
            """
        }
        let rows = [
            try deployment(1, "delivery"), try deployment(2, "rollback"), try deployment(3, "rollback"),
            action("reject", 1, "wrong size"), action("rollback", 2, "slow queries"), action("cancel", 3, "too late"),
            """
            INSERT INTO branch_state (owner, repository, branch, is_hook_removed, is_paused, paused_at, paused_by,
                pause_reason)
            VALUES ('mhausenblas', 's4d', 'dcos', 0, 1, 1800000000, 'ann', 'night')
            """,
        ]
        try await withOldDatabase(upTo: "14: drift that was announced, and since when", rows) { store in
            #expect(try await store.all().map(\.request.reason) == [nil, "slow queries", nil])
            let pause = try #require(try await store.branchState(of: Sample.branch).pause)
            #expect(pause.since == Sample.now && pause.by == "ann" && pause.reason == "night")
            #expect(pause.changedAt == nil && pause.changedBy == nil)
            try await store.changeBranchState(of: Sample.branch) {
                $0.decisions.decide(pause: Pause(by: "bob"), at: Sample.now + 60)
            }
            let changed = try #require(try await store.branchState(of: Sample.branch).pause)
            #expect(changed.since == Sample.now && changed.by == "ann" && changed.reason == nil)
            #expect(changed.changedAt == Sample.now + 60 && changed.changedBy == "bob")
        }
    }

    @Test("keeps the state of a branch whose name was written in two ways, as it was saved last")
    func spellings() async throws {
        let state = { (owner: String, hook: Int, isPaused: Int) in
            """
            INSERT OR REPLACE INTO branch_state (owner, repository, branch, hook_id, is_hook_removed, is_paused, paused_at,
                pause_reason)
            VALUES ('\(owner)', 's4d', 'dcos', \(hook), 0, \(isPaused), 1800000000, 'night')
            """
        }
        let commits = try [Sample.commit(1), Sample.commit(2)]
        let rows = [
            state("MHausenblas", 7, 0), state("mhausenblas", 8, 0), state("MHausenblas", 9, 1),
            """
            INSERT INTO skipped_head VALUES ('mhausenblas', 's4d', 'dcos', '\(commits[1])', '\(commits[0])', 'message', 1)
            """,
            "INSERT INTO known_drift VALUES ('mhausenblas', 's4d', 'dcos', '/web', 1800000000, NULL, '[]', NULL)",
        ]
        try await withOldDatabase(upTo: "15: why operators rolled back, and who changed a pause", rows) { store in
            for branch in [Sample.branch, Sample.shouted] {
                let state = try await store.branchState(of: branch)
                #expect(state.hookID == 9 && state.pause?.reason == "night")
                #expect(try await store.wantedCommit(at: commits[1], of: branch) == commits[0])
                #expect(try await store.knownDrift(of: branch).map(\.app) == ["/web"])
            }
        }
    }

    @Test("keeps which missed pushes a newer one has replaced, and what a failed deployment left")
    func texts() async throws {
        let left = "Not healthy. Changes already applied were not undone: no earlier deployment succeeded."
        let delivery = { (id: Int, reason: String) in
            """
            INSERT INTO delivery (id, hook_id, guid, event, received_at, owner, repository, branch, commit_id, ref, verdict,
                reason, headers, body)
            VALUES (\(id), 7, '\(id)', 'push', 180000000\(id), 'mhausenblas', 's4d', 'dcos', '\(try Sample.commit(id))',
                'refs/heads/dcos', 'accepted', '\(reason)', '[]', x'7b7d')
            """
        }
        let rows = [
            try delivery(1, "recovered; superseded by deployment 12 (3aaaaaa)"), try delivery(2, "recovered"),
            """
            INSERT INTO deployment (id, owner, repository, branch, commit_id, "trigger", is_forced, stage, queued_at, outcome,
                changes, external_ids, leaves_changes)
            VALUES (1, 'mhausenblas', 's4d', 'dcos', '\(try Sample.commit(1))', 'delivery', 0, 'failed', 1800000000,
                '\(left)', '[]', '[]', 1)
            """,
        ]
        try await withOldDatabase(upTo: "15: why operators rolled back, and who changed a pause", rows) { store in
            #expect(try await store.deliveries(limit: 2).map(\.supersededBy) == [nil, 12])
            let outcome = try await store.deployment(1)?.outcome
            #expect(outcome == "Not healthy. No earlier deployment succeeded, so there is nothing to return to.")
        }
    }

    @Test("keeps what is known about interrupted and cancelled deployments")
    func outcomes() async throws {
        let outcomes = [
            "interrupted: the observer stopped; Marathon goes on by itself",
            "interrupted: GitHub refuses the token; the commit is queued again",
            "cancelled by an operator; what Marathon has begun goes on there",
        ]
        let rows = try outcomes.enumerated().map { index, outcome in
            try Self.deployment(index + 1, stage: "failed", outcome: "'\(outcome)'")
        }
        try await withOldDatabase(rows) { store in
            let all = try await store.all()
            #expect(all.map(\.stage) == [.interrupted, .interrupted, .cancelled])
            #expect(all.last?.outcome == "cancelled by an operator; changes already applied are not undone")
        }
    }
}
