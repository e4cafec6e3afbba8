import Foundation
import Testing

@testable import ObserverEngine

@Suite("The report on the running apps")
struct AppsReadingTests {
    private let now = Date(timeIntervalSince1970: 1_800_000_000)

    private func deployment(
        _ id: Int64, _ commit: Int, _ stage: Deployment.Stage, at seconds: Double = 0
    ) throws -> Deployment {
        Deployment(
            id: id, request: try Sample.request(commit), queuedAt: now, stage: stage, startedAt: now,
            finishedAt: stage.isFinal ? now.addingTimeInterval(seconds) : nil, outcome: "x")
    }

    private func app(_ id: String, commit: Int = 1, drift: AppSummary.Drift? = nil) throws -> AppSummary {
        let commit = try Sample.commit(commit).description
        return AppSummary(id: id, healthy: 1, wanted: 1) { ($0.commit, $0.drift) = (commit, drift) }
    }

    private func report(
        _ apps: [AppSummary], history: [Deployment], before: [Deployment]? = nil, policy: DriftPolicy = DriftPolicy(),
        after previous: AppsReport = AppsReport(), changed: Double = -10
    ) throws -> AppsReport {
        let running = RunningCommit(commit: try Sample.commit(2), changedAt: now.addingTimeInterval(changed))
        return AppsReading(
            inspected: InspectedApps(apps: apps, running: running), history: history,
            historyBefore: before ?? history, last: (before ?? history).first { $0.stage == .succeeded }, policy: policy
        ).report(after: previous, at: now)
    }

    private let changed = AppSummary.Drift(
        kind: .changed,
        fields: [
            .init(path: "/instances", before: "3", after: "1"),
            .init(path: "/labels/team", before: nil, after: "\"a\""),
        ])

    @Test("the commit of the last success runs since then, or the commit that changed an app later")
    func running() throws {
        let success = try deployment(1, 1, .succeeded)
        let report = try report([], history: [success])
        #expect(report.running?.id == success.commit.description && report.since == success.finishedAt)
        let cancelled = [try deployment(2, 2, .cancelled), success]
        let later = try self.report([], history: cancelled, changed: 10)
        #expect(later.running?.id == (try Sample.commit(2).description))
        #expect(later.since == now.addingTimeInterval(10))
        let byHand = try self.report([], history: [success], changed: 10)
        #expect(byHand.running?.id == success.commit.description)
    }

    @Test("a commit that is deployed again runs since its first success after that of another commit")
    func deployedAgain() throws {
        let first = try deployment(3, 1, .succeeded, at: 30)
        let earlier = [try deployment(2, 2, .succeeded, at: 20), try deployment(1, 1, .succeeded, at: 10)]
        let again = [try deployment(5, 1, .succeeded, at: 50), try deployment(4, 3, .failed, at: 40), first]
        #expect(try report([], history: again + earlier).since == first.finishedAt)
        // A success that ended while the target was read is not the last one yet.
        let newer = [try deployment(6, 2, .succeeded, at: 60)] + again + earlier
        #expect(try report([], history: newer, before: again + earlier).since == first.finishedAt)
        var unread = AppsReport()
        unread.note(lastDeployed: again[0], history: again + earlier)
        #expect(unread.since == first.finishedAt)
    }

    @Test("a commit that is being deployed does not run yet, and its new apps are not called orphans")
    func deploying() throws {
        let success = try deployment(1, 1, .succeeded)
        let history = [try deployment(2, 2, .waiting), success]
        var new = try app("/new", commit: 2)
        new.isOrphaned = true
        var left = try app("/left", commit: 1)
        left.isOrphaned = true
        let report = try report([left, new], history: history, changed: 10)
        #expect(report.running?.id == success.commit.description && report.since == success.finishedAt)
        #expect(report.apps.map(\.isOrphaned) == [true, false])
        let failed = try self.report([new], history: [deployment(2, 2, .failed), success], changed: 10)
        #expect(failed.running?.id == (try Sample.commit(2).description) && failed.apps[0].isOrphaned)
    }

    @Test("what a cancelled deployment left runs while another one replaces it, since the cancellation")
    func replacedLeftover() throws {
        let success = try deployment(1, 1, .succeeded)
        var cancelled = try deployment(2, 3, .cancelled, at: 20)
        cancelled.leavesChanges = true
        let report = try report([], history: [deployment(3, 2, .waiting), cancelled, success], changed: 30)
        #expect(report.running?.id == cancelled.commit.description)
        #expect(report.since == now.addingTimeInterval(20))
    }

    @Test("what a failed deployment left still runs after a correction of drift, which did not change that")
    func leftBeforeCorrection() throws {
        let success = try deployment(1, 2, .succeeded)
        var failed = try deployment(2, 3, .failed, at: 20)
        failed.leavesChanges = true
        var correction = try deployment(3, 2, .succeeded, at: 30)
        correction.request.trigger = .drift
        let history = [correction, failed, success]
        let report = try report([], history: history, changed: 25)
        #expect(report.running?.id == failed.commit.description)
        #expect(report.since == now.addingTimeInterval(20))
        var unread = AppsReport()
        unread.note(lastDeployed: correction, history: history)
        #expect(unread.running?.id == failed.commit.description)
        let rows = history.map { DeploymentSummary($0) }
        #expect(!RollbackTarget.isRunning(success.commit.description, after: rows, apps: report))
        let target = RollbackTarget.choose(from: rows, apps: report)
        guard case .deployment(let chosen) = target else { return #expect(Bool(false), "\(target)") }
        #expect(chosen.commit == success.commit.description)
        var later = try deployment(4, 2, .cancelled, at: 40)
        later.leavesChanges = true
        #expect(try self.report([], history: [later] + history, changed: 35).running?.id == later.commit.description)
        let next = try deployment(4, 5, .waiting)
        #expect(
            RunningCommit.decide(
                found: RunningCommit(commit: next.commit, changedAt: now), last: correction,
                history: [next] + history, deploying: next) == failed.commit)
        var earlier = report
        earlier.readAt = now.addingTimeInterval(10)
        #expect(earlier.corrected(by: rows).running?.id == failed.commit.description)
    }

    @Test("the report names a deployment only if it had been applied before the apps were read")
    func changedBy() throws {
        let success = try deployment(1, 1, .succeeded)
        let waiting = [try deployment(2, 2, .waiting), success]
        #expect(try report([], history: waiting).changedBy == 2)
        for before in [[try deployment(2, 2, .applying), success], [success]] {
            #expect(try report([], history: waiting, before: before).changedBy == nil)
        }
    }

    @Test("drift is dated when it is first seen, and is over when the app is as deployed again")
    func since() throws {
        let history = [try deployment(1, 1, .succeeded)]
        let first = try report([app("/a", drift: changed)], history: history)
        #expect(first.apps[0].drift?.since == now)
        var earlier = first
        earlier.apps[0].drift?.since = now.addingTimeInterval(-60)
        let second = try report([app("/a", drift: changed)], history: history, after: earlier)
        #expect(second.apps[0].drift?.since == now.addingTimeInterval(-60))
        #expect(try report([app("/a")], history: history, after: second).drifted.isEmpty)
    }

    @Test("drift lasts while the same commit is deployed again, and while it is of another kind")
    func redeployed() throws {
        let success = try deployment(1, 1, .succeeded)
        var earlier = try report([app("/a", drift: changed)], history: [success])
        earlier.apps[0].drift?.since = now.addingTimeInterval(-60)
        let again = [try deployment(2, 1, .applying), success]
        let meanwhile = try report([app("/a", drift: changed)], history: again, after: earlier)
        #expect(meanwhile.apps[0].drift?.since == now.addingTimeInterval(-60))
        #expect(try report([app("/a")], history: again, after: earlier).drifted.isEmpty)
        let gone = AppSummary(id: "/a", wanted: 1) { $0.drift = .init(kind: .missing) }
        let since = try report([gone], history: [success], after: earlier).apps[0].drift?.since
        #expect(since == now.addingTimeInterval(-60))
    }

    @Test("drift from before a restart keeps its time")
    func restarted() throws {
        let history = [try deployment(1, 1, .succeeded)]
        let first = now.addingTimeInterval(-600)
        let reading = AppsReading(
            inspected: InspectedApps(apps: [try app("/a", drift: changed)], running: nil), history: history,
            historyBefore: history, last: history[0], policy: DriftPolicy(), since: ["/a": first])
        #expect(reading.report(after: AppsReport(), at: now).apps[0].drift?.since == first)
    }

    @Test("whether an app still drifts is not known while another commit is deployed")
    func compared() throws {
        let success = try deployment(1, 1, .succeeded)
        for (commit, isCompared) in [(1, true), (2, false)] {
            let history = [try deployment(2, commit, .waiting), success]
            let reading = AppsReading(
                inspected: InspectedApps(apps: [], running: nil), history: history, historyBefore: history,
                last: success, policy: DriftPolicy())
            #expect(reading.isCompared == isCompared)
        }
    }

    @Test("ignored fields, and everything with the policy ignore, are not drift")
    func policy() throws {
        let history = [try deployment(1, 1, .succeeded)]
        let apps = [
            try app("/a", drift: changed), AppSummary(id: "/b", wanted: 1) { $0.drift = .init(kind: .missing) },
        ]
        let some = try report(apps, history: history, policy: DriftPolicy(ignored: ["/labels"]))
        #expect(some.apps[0].drift?.fields.map(\.path) == ["/instances"])
        let all = try report(apps, history: history, policy: DriftPolicy(ignored: ["/labels/team", "/instances"]))
        #expect(all.drifted.map(\.id) == ["/b"])
        #expect(try report(apps, history: history, policy: DriftPolicy(response: .ignore)).drifted.isEmpty)
    }

    @Test("an app that a failed deployment left behind is not drift, and nothing is during a deployment")
    func excused() throws {
        let success = try deployment(1, 1, .succeeded)
        let left = try app("/a", commit: 7, drift: changed)
        let failed = [try deployment(2, 7, .failed), success]
        #expect(try report([left], history: failed).drifted.isEmpty)
        #expect(try report([app("/a", drift: changed)], history: failed).drifted.map(\.id) == ["/a"])
        // A correction concerns other apps.
        var correction = try deployment(3, 1, .succeeded)
        correction.request.trigger = .drift
        #expect(try report([left], history: [correction] + failed).drifted.isEmpty)
        let running = [try deployment(2, 7, .waiting), success]
        #expect(try report([left], history: running).drifted.isEmpty)
        #expect(try report([left], history: [deployment(2, 7, .queued), success]).drifted.map(\.id) == ["/a"])
    }

    @Test("nothing is drift while a deployment starts or ends: what was read may be older or newer than the specs")
    func meanwhile() throws {
        let success = try deployment(1, 1, .succeeded)
        let differing = [try app("/a", drift: changed)]
        let ended = [try deployment(2, 2, .succeeded), success]
        for before in [[try deployment(2, 2, .waiting), success], [success]] {
            #expect(try report(differing, history: ended, before: before).drifted.isEmpty)
        }
        #expect(try report(differing, history: ended, before: ended).drifted.map(\.id) == ["/a"])
    }
}
