import Foundation
import ObserverEngine
import Testing

@testable import observer

@Suite("Reasons in the output of commands")
struct ReasonTests {
    private static let now = Date(timeIntervalSince1970: 1_700_000_000)
    private let style = TextStyle(now: now)

    private static func ago(_ seconds: Double) -> Date { now.addingTimeInterval(-seconds) }

    @Test("a rollback shows its reason, and a queued deployment that it waits for the running one")
    func queuedRollback() {
        let row = { (id: Int64, trigger: DeploymentSummary.Trigger, stage: DeploymentSummary.Stage) in
            DeploymentSummary(
                id: id, branch: "dcos", commit: String(repeating: "b", count: 40), trigger: trigger, stage: stage,
                queuedAt: Self.ago(20))
        }
        var rollback = row(12, .rollback, .queued)
        (rollback.requestedBy, rollback.reason) = ("ann", "slow queries\nsee ticket 12")
        let running = row(11, .delivery, .applying)
        let details = { (rows: [DeploymentSummary]) in DeploymentList(rows: rows).lines(in: style)[1] }
        let reason = #"  reason: "slow queries …""#
        #expect(details([rollback, running]).hasSuffix(reason + "; waiting for deployment 11 to end"))
        #expect(details([rollback]).hasSuffix(reason))
        rollback.wait = DeploymentWait(.pause, "deployments are paused")
        #expect(details([rollback, running]).hasSuffix(reason + "; deployments are paused"))
        let history = CommitHistory(id: "bbbbbbbb", state: .waiting, answer: "It waits.") {
            $0.deployments = [rollback]
        }
        #expect(
            CommitPage(history: history).lines(in: style).last
                == #"             #12: rollback by ann; reason: "slow queries …""#)
    }

    @Test("a reason with several lines is one line in lists, and whole in a result")
    func severalLines() {
        let row = DeploymentSummary(
            id: 8, branch: "dcos", commit: String(repeating: "b", count: 40), trigger: .delivery, stage: .cancelled,
            queuedAt: Self.ago(20)
        ) { $0.outcome = "Rejected by ann: wrong size\nsee ticket 12. Nothing was applied." }
        #expect(DeploymentList(rows: [row]).lines(in: style)[1].hasSuffix("  Rejected by ann: wrong size …"))
        #expect(row.sentence(in: style) == "#8 of bbbbbbb cancelled: Rejected by ann: wrong size …")
        #expect(
            row.end == "Deployment 8 of bbbbbbb did not complete: Rejected by ann: wrong size see ticket 12. "
                + "Nothing was applied.")
        let entry = AuditEntry(
            of: .reject(deployment: 8, reason: "wrong size\nsee ticket 12"),
            by: Operator(name: "ann", role: .operate, origin: "192.0.2.1"), at: Self.now)
        #expect(AuditList(rows: [entry]).lines(in: style)[1].hasSuffix(#"  "wrong size …""#))
    }

    @Test("a pause that was changed shows since when it lasts, and who changed it last")
    func changedPause() {
        var pause = PauseSummary(since: Self.ago(7200), reason: "night\nsee ticket 12", by: "ann")
        pause.changedAt = Self.ago(300)
        pause.changedBy = "bob"
        var engine = EngineState(
            branch: WatchedBranch(repository: RepositoryName(owner: "o", name: "r"), name: "dcos"), version: "0.5.0",
            instance: "i", startedAt: Self.ago(5))
        engine.pause = pause
        let overview = StatusOverview(
            apps: AppsReport(), engine: engine, hook: HookState(), deliveries: [], deployments: [])
        let sentence = "by ann, 2h ago, changed by bob 5m ago: night …; until 'observer resume'"
        #expect(overview.lines(in: style).contains { $0.hasPrefix("paused ") && $0.hasSuffix(sentence) })
    }
}
