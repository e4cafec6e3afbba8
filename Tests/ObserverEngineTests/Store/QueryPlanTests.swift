import Foundation
import GRDB
import Synchronization
import Testing

@testable import ObserverEngine

/// A query that reads a whole table is fast in every test, and takes seconds after a year.
@Suite("The plans of all queries")
struct QueryPlanTests {
    @Test("no query of the store reads a whole table or sorts it")
    func noScans() async throws {
        try await withStore { store in
            let queries = try await queries(of: store) { try await useEverything(store) }
            #expect(queries.count >= 30)
            for (query, example) in queries.sorted(by: { $0.key < $1.key }) {
                let plan = try await store.read { database in
                    try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN " + example).map { $0["detail"] as String }
                }
                let costly = plan.filter { step in
                    // Counting reads an index that is much smaller than the table. A subquery is limited by itself.
                    let isCount = query.hasPrefix("SELECT COUNT(*)") && step.contains("USING COVERING INDEX")
                    return step.hasPrefix("SCAN") && !step.hasPrefix("SCAN (subquery") && !isCount
                        || step.contains("TEMP B-TREE")
                }
                #expect(costly == [], "\(query)")
            }
        }
    }

    /// Returns the distinct queries on rows that the body runs, each with one that has its arguments filled in.
    private func queries(of store: Store, _ body: () async throws -> Void) async throws -> [String: String] {
        let recorder = QueryRecorder()
        try await store.withoutTransaction { recorder.listen(to: $0) }
        try await store.read { recorder.listen(to: $0) }
        try await body()
        return recorder.queries.withLock(\.self)
    }

    private func useEverything(_ store: Store) async throws {
        for number in 1...3 {
            _ = try await store.record(try Sample.push("push \(number)", of: number, from: number - 1))
            _ = try await store.run(number + 10, to: .succeeded)
            _ = try await store.record(Sample.delivery("ping \(number)"))
        }
        _ = try await store.record(Sample.delivery("ping 1"))
        try await store.recordRecovered(try Sample.push("recovered", of: 20, from: 13))
        _ = try await store.reconcile(20)
        _ = try await store.record(try Sample.push("late", of: 20, from: 13))
        let running = try await store.run(21, to: .applying)
        try await store.append([LogLine(sequence: 0, at: Sample.now, verb: "a", text: "b")], to: running.id)
        _ = try await store.log(of: running.id)
        _ = try await store.supersede(running, with: try Sample.request(22), outcome: "moved on")
        try await store.cancelQueued(try await store.enqueue(try Sample.request(23)).id, by: "alice")
        try await store.interrupt(try await store.run(24, to: .waiting))
        _ = try await store.run(25, to: .waiting)
        _ = try await store.closeInterrupted(of: Sample.branch)
        _ = try await store.hold(try Sample.request(1, trigger: .rollback), because: .rollback)
        _ = try await store.blockedHead(of: Sample.branch)
        _ = try await store.retry(of: Sample.branch)
        try await store.releaseRetry(of: Sample.branch, dueBy: Sample.now)
        try await store.noteOvertakenDeliveries(of: Sample.branch)
        _ = try await store.reconcile(26)
        _ = try await store.skip(try Sample.request(27).commit, because: .message, on: Sample.branch)
        _ = try await store.skippedHead(of: Sample.branch)
        _ = try await store.wantedCommit(at: try Sample.commit(27), of: Sample.branch)
        try await store.save([KnownDrift(app: "/web", since: Sample.now)], of: Sample.branch)
        _ = try await store.knownDrift(of: Sample.branch)
        try await store.end(try await store.begin(AuditEntry(of: .pause(), by: Sample.alice, at: Sample.now)))
        try await useRules(store)
        try await readEverything(store)
        try await store.changeBranchState(of: Sample.branch) { $0.decisions.decide(pause: Pause(), at: Sample.now) }
        try await store.check()
        _ = try await store.prune(before: Sample.now + 1, keeping: 1)
    }

    private func useRules(_ store: Store) async throws {
        let queued = try await store.enqueue(try Sample.request(27))
        _ = try await store.queued(of: Sample.branch)
        _ = try await store.record(wait: DeploymentWait(.window, "closed"), of: queued)
        try await store.supersedeQueued(before: queued)
        _ = try await store.newerPush(than: queued, at: try Sample.request(27))
        _ = try await store.approve(queued.id, plan: "", by: "ann")
        try await store.failQueued(queued, outcome: "failed")
        let failed = try #require(try await store.endedByChecks(of: Sample.branch).first)
        _ = try await store.requeueAfterChecks(failed)
        _ = try await store.pushers(of: failed.commit, on: Sample.branch)
    }

    private func readEverything(_ store: Store) async throws {
        let newest = try #require(try await store.deployments(of: Sample.branch, limit: 10).first)
        _ = try await store.deployments(of: Sample.branch, before: newest.id, limit: 10)
        _ = try await store.deployment(newest.id)
        _ = try await store.deployment(before: newest)
        _ = try await store.deploymentCount(of: Sample.branch)
        _ = try await store.expectedSeconds(of: Sample.branch)
        _ = try await store.lastSucceeded(of: Sample.branch)
        _ = try await store.replacement(of: newest, on: Sample.branch)
        _ = try await store.history(of: newest.commit, on: Sample.branch)
        _ = try await store.abandonedDeployments(of: Sample.branch)
        _ = try await store.pendingCommits(of: Sample.branch)
        _ = try await store.abandonedInterruptions(of: Sample.branch)
        _ = try await store.isHoldUnstarted(try await store.branchState(of: Sample.branch), on: Sample.branch)
        _ = try await store.wasDeployed(newest.commit, on: Sample.branch)
        _ = try await store.queued(of: Sample.branch).first
        _ = try await store.branchState(of: Sample.branch)
        _ = try await store.deliveryCount()
        _ = try await store.known([Delivery.Key(hookID: 1, guid: "ping 1")])
        _ = try await store.delivery(1)
        _ = try await store.deliveries(limit: 10)
        _ = try await store.deliveries(before: 3, verdict: .accepted, limit: 10)
        _ = try await store.audit(before: 3, limit: 10)
        _ = try await store.audit(of: newest.id)
    }
}

/// Records the SQL of everything that a connection runs on the tables of rows.
private final class QueryRecorder: Sendable {
    let queries = Mutex<[String: String]>([:])

    func listen(to database: Database) {
        database.trace { [weak self] event in
            guard case .statement(let statement) = event else { return }
            let sql = statement.sql
            let isQuery = ["SELECT", "UPDATE", "DELETE"].contains { sql.hasPrefix($0) }
            let tables = ["delivery", "deployment", "log_line", "audit", "skipped_head", "known_drift", "branch_state"]
            guard isQuery, tables.contains(where: sql.contains) else { return }
            let example = statement.expandedSQL
            self?.queries.withLock { $0[sql] = example }
        }
    }
}
