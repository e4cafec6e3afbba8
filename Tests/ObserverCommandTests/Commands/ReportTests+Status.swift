import Foundation
import ObserverEngine
import Testing

@testable import observer

/// The overview of `observer status`.
extension ReportTests {
    @Test("the status omits absent values")
    func status() {
        let overview = StatusOverview(
            apps: AppsReport(readAt: Self.now),
            engine: EngineState(
                branch: WatchedBranch(repository: RepositoryName(owner: "o", name: "r"), name: "dcos"),
                version: "0.5.0", instance: "i", startedAt: Self.ago(3720)
            ) {
                $0.authentication = .granted
                $0.isPaused = true
                $0.pause = PauseSummary(
                    since: Self.ago(7200), until: Self.now + 3900, reason: "database migration", by: "ann")
            },
            hook: HookState(registration: .registered, id: 3, url: "http://n:1/dploy") { $0.lastPingAt = Self.ago(60) },
            deliveries: [Self.deliveries.rows[1]], deployments: [])
        #expect(
            overview.lines(in: style) == [
                "running         nothing",
                "paused          by ann, 2h ago: database migration; resumes in 1h 5m",
                "observer        0.5.0, up 1h 2m",
                "repository      o/r, branch dcos",
                "authentication  granted",
                "github          not contacted yet",
                "webhook         registered as #3 at http://n:1/dploy",
                "last ping       1m ago",
                "last delivery   #12 push accepted, 2m ago",
            ])
    }

    @Test("a hold shows since when it lasts")
    func hold() throws {
        let commit = try #require(CommitID(String(repeating: "c", count: 40)))
        let overview = StatusOverview(
            apps: AppsReport(),
            engine: EngineState(
                branch: WatchedBranch(repository: RepositoryName(owner: "o", name: "r"), name: "dcos"),
                version: "0.5.0", instance: "i", startedAt: Self.ago(5)
            ) {
                $0.heldAt = commit.description
                $0.hold = HoldSummary(commit: commit, cause: .rollback, deployment: 3)
                $0.hold?.since = Self.ago(7200)
            },
            hook: HookState(), deliveries: [], deployments: [])
        let sentence = "at ccccccc (rollback, deployment 3) for 2h, until the next push or 'observer resume'"
        #expect(overview.lines(in: style).contains { $0.hasPrefix("on hold ") && $0.hasSuffix(sentence) })
    }

    @Test("on a terminal the status cuts a long reason, elsewhere it is complete")
    func longReason() throws {
        let reason = String(repeating: "x", count: 300)
        let row = DeploymentSummary(
            id: 1, branch: "dcos", commit: String(repeating: "b", count: 40), trigger: .delivery, stage: .failed,
            queuedAt: Self.ago(20)
        ) { $0.outcome = reason }
        let overview = StatusOverview(
            apps: AppsReport(),
            engine: EngineState(
                branch: WatchedBranch(repository: RepositoryName(owner: "o", name: "r"), name: "dcos"),
                version: "0.5.0", instance: "i", startedAt: Self.ago(5)),
            hook: HookState(), deliveries: [], deployments: [row])
        let terminal = try #require(overview.lines(in: TextStyle(width: 80, now: Self.now)).last)
        #expect(terminal.hasSuffix("failed: \(reason.prefix(119))…"), "\(terminal)")
        #expect(overview.lines(in: style).last?.hasSuffix("failed: \(reason)") == true)
    }

    @Test("the status distinguishes running and queued deployments, and names a ping once")
    func deploymentsOfStatus() {
        let row = { (id: Int64, stage: DeploymentSummary.Stage) in
            DeploymentSummary(
                id: id, branch: "dcos", commit: String(repeating: "b", count: 40), trigger: .operator, stage: stage,
                queuedAt: Self.ago(20)
            ) {
                $0.startedAt = stage == .queued ? nil : Self.ago(10)
                $0.finishedAt = stage.isFinal ? Self.ago(5) : nil
            }
        }
        let lines = { (rows: [DeploymentSummary]) in
            StatusOverview(
                apps: AppsReport(),
                engine: EngineState(
                    branch: WatchedBranch(repository: RepositoryName(owner: "o", name: "r"), name: "dcos"),
                    version: "0.5.0", instance: "i", startedAt: Self.ago(5)),
                hook: HookState(), deliveries: [Self.deliveries.rows[2]], deployments: rows
            ).lines(in: style).filter { line in
                ["last de", "deploying", "queued", "head"].contains { line.hasPrefix($0) }
            }
        }
        #expect(
            lines([row(3, .queued), row(2, .waiting), row(1, .failed)]) == [
                "deploying        #2 of bbbbbbb waiting", "queued           #3 of bbbbbbb, 20 s ago",
                "last delivery    #9 ping, 25h ago", "last deployment  #1 of bbbbbbb failed, 5 s ago",
            ])
        #expect(
            lines(([6, 5, 4, 3] as [Int64]).map { row($0, .queued) } + [row(2, .waiting)]).dropLast() == [
                "deploying       #2 of bbbbbbb waiting", "queued          #3 of bbbbbbb, 20 s ago",
                "queued          and 2 more", "queued          #6 of bbbbbbb, 20 s ago",
            ])
        #expect(
            lines([row(3, .queued)]) == ["queued          #3 of bbbbbbb, 20 s ago", "last delivery   #9 ping, 25h ago"])
        var failed = row(1, .failed)
        #expect(lines([failed]).first == "head             bbbbbbb is not running: its deployment failed")
        failed.leavesChanges = true
        #expect(
            lines([failed]).first == "head             deployment 1 of bbbbbbb failed, and its changes were not undone")
        (failed.leavesChanges, failed.startedAt) = (false, nil)
        #expect(lines([failed]).first == "last delivery    #9 ping, 25h ago")
    }
}
