import Foundation
import ObserverEngine
import Testing

@testable import observer

@Suite("What runs during a deployment")
struct VersionChangeTests {
    private static let now = Date(timeIntervalSince1970: 1_700_000_000)
    private let style = TextStyle(now: now)

    private func report(_ change: (inout AppsReport) -> Void = { _ in }) -> AppsReport {
        var report = AppsReport(
            running: .init(id: "5dc9656f"), since: Self.now, apps: [AppSummary(id: "/web", healthy: 3, wanted: 5)],
            readAt: Self.now)
        report.changedBy = 2
        change(&report)
        return report
    }

    private func deployment(
        _ stage: DeploymentSummary.Stage = .waiting, commit: String = "a1b2c3d4", outcome: String? = nil
    ) -> DeploymentSummary {
        DeploymentSummary(
            id: 2, branch: "dcos", commit: commit, trigger: .delivery, stage: stage, queuedAt: Self.now
        ) { $0.outcome = outcome }
    }

    @Test("both commits are named while a deployment changes the target, with the number of healthy tasks")
    func both() {
        for stage in [DeploymentSummary.Stage.applying, .waiting] {
            #expect(report().summary(in: style, with: [deployment(stage)]) == "5dc9656 → a1b2c3d, 3/5 healthy")
        }
        let rollback = deployment(outcome: "Not healthy")
        #expect(report().summary(in: style, with: [rollback]) == "a1b2c3d → 5dc9656, 3/5 healthy")
        let drifted = report { $0.apps[0].drift = .init(kind: .changed) }
        #expect(drifted.summary(in: style, with: [deployment()]) == "5dc9656 → a1b2c3d, 3/5 healthy, 1 drifted")
    }

    @Test("no health is claimed until the apps were read after the deployment was applied")
    func outdatedHealth() {
        for stage in [DeploymentSummary.Stage.applying, .waiting] {
            for earlier in [nil, 1] as [Int64?] {
                let report = report { $0.changedBy = earlier }
                #expect(report.summary(in: style, with: [deployment(stage)]) == "5dc9656 → a1b2c3d")
            }
        }
        let before = report { $0.changedBy = nil }
        let fetching = before.summary(in: style, with: [deployment(.fetching)])
        #expect(fetching == "5dc9656 since 2023-11-14T22:13:20Z, 3/5 healthy")
    }

    @Test("a deployment starts from the changes that the one before it left, also if the report is older")
    func left() {
        let left = finished(.cancelled) { $0.leavesChanges = true }
        var next = deployment(commit: "c3d4e5f6")
        next.id = 3
        #expect(report().summary(in: style, with: [next, left]) == "a1b2c3d → c3d4e5f")
        next.commit = "5dc9656f"
        #expect(report().summary(in: style, with: [next, left]) == "a1b2c3d → 5dc9656")
        next.commit = left.commit
        #expect(report().summary(in: style, with: [next, left]) == "5dc9656 → a1b2c3d")
    }

    @Test("where the commit before is not known, only the other one is named")
    func first() {
        let first = report { ($0.running, $0.since) = (nil, nil) }
        #expect(first.summary(in: style, with: [deployment()]) == "a1b2c3d (being deployed), 3/5 healthy")
        let rollback = deployment(outcome: "Not healthy")
        #expect(first.summary(in: style, with: [rollback]) == "a1b2c3d (being rolled back), 3/5 healthy")
    }

    @Test(
        "one commit is named before anything is changed, afterwards, and if the running commit is deployed again",
        arguments: [
            (.queued, "a1b2c3d4"), (.fetching, "a1b2c3d4"), (.validating, "a1b2c3d4"), (.succeeded, "a1b2c3d4"),
            (.waiting, "5dc9656f"),
        ] as [(DeploymentSummary.Stage, String)])
    func one(stage: DeploymentSummary.Stage, commit: String) {
        let summary = report().summary(in: style, with: [deployment(stage, commit: commit)])
        #expect(summary == "5dc9656 since 2023-11-14T22:13:20Z, 3/5 healthy")
    }

    @Test("while the target can't be read, and for a deploy command, nothing is claimed about the change")
    func unknown() {
        let unread = report { $0.problem = "503" }
        #expect(unread.summary(in: style, with: [deployment()]).hasPrefix("unknown; last seen: 5dc9656 at "))
        let command = report { ($0.readAt, $0.isSupported) = (nil, false) }
        #expect(command.summary(in: style, with: [deployment()]).hasPrefix("unknown; last deployed: 5dc9656"))
    }

    @Test("the status, the apps and their watch show it, until the deployment has ended")
    func commands() throws {
        let line = "5dc9656 → a1b2c3d, 3/5 healthy"
        let overview = StatusOverview(
            apps: report(),
            engine: EngineState(
                branch: WatchedBranch(repository: RepositoryName(owner: "o", name: "r"), name: "dcos"),
                version: "0.5.0", instance: "i", startedAt: Self.now),
            hook: HookState(), deliveries: [], deployments: [deployment()])
        #expect(overview.lines(in: style)[0].hasSuffix("  \(line)"))
        #expect(AppList(report: report(), deployments: [deployment()]).lines(in: style)[0] == "running \(line)")
        var watch = AppListWatch()
        watch.apply(.apps(report()))
        watch.apply(.deployment(deployment()))
        #expect(watch.rankedLines(in: style)[0].text == "running \(line)")
        watch.apply(.deployment(finished(.succeeded)))
        // From before the end.
        watch.apply(.deployment(deployment()))
        #expect(watch.rankedLines(in: style)[0].text == "running a1b2c3d since 2023-11-14T22:13:21Z")
    }

    @Test("from the end of a deployment until the apps are read, the commit that it left is named, without health")
    func ended() {
        let succeeded = report().summary(in: style, with: [finished(.succeeded)])
        #expect(succeeded == "a1b2c3d since 2023-11-14T22:13:21Z")
        let rolledBack = report().summary(in: style, with: [finished(.failed)])
        #expect(rolledBack == "5dc9656 since 2023-11-14T22:13:20Z")
        let left = finished(.failed) { $0.leavesChanges = true }
        #expect(report().summary(in: style, with: [left]) == "5dc9656 → a1b2c3d (failed)")
        let first = report { ($0.running, $0.since) = (nil, nil) }
        #expect(first.summary(in: style, with: [finished(.cancelled)]) == "nothing")
        #expect(first.summary(in: style, with: [left]) == "a1b2c3d (failed)")
    }

    @Test("the next deployment starts from the commit of a success that the report does not show yet")
    func next() {
        var next = deployment(commit: "c3d4e5f6")
        next.id = 3
        #expect(report().summary(in: style, with: [next, finished(.succeeded)]) == "a1b2c3d → c3d4e5f")
        var back = finished(.succeeded, commit: "5dc9656f")
        back.id = 3
        let again = report().summary(in: style, with: [back, finished(.succeeded)])
        #expect(again == "5dc9656 since 2023-11-14T22:13:20Z")
    }

    @Test("a deployment that ended before the apps were read, changed nothing, or kept the commit hides no health")
    func unchanged() {
        let whole = "5dc9656 since 2023-11-14T22:13:20Z, 3/5 healthy"
        let earlier = finished(.succeeded) { $0.finishedAt = Self.now }
        let invalid = finished(.failed) { $0.progress = nil }
        for row in [earlier, invalid, finished(.succeeded, commit: "5dc9656f")] {
            #expect(report().summary(in: style, with: [row]) == whole)
        }
    }

    @Test("the lines of the status name the old commit no more once the deployment has succeeded")
    func statusLines() throws {
        let format = OutputFormat.text(style)
        let engine = EngineState(
            branch: WatchedBranch(repository: RepositoryName(owner: "o", name: "r"), name: "dcos"), version: "0.5.0",
            instance: "i", startedAt: Self.now)
        var snapshot = ControlSnapshot(engine: engine, hook: HookState(), deployments: [deployment()])
        snapshot.apps = report()
        var watch = StatusWatch()
        watch.apply(.snapshot(snapshot))
        #expect(try watch.takeChanges(as: format).contains { $0.contains("running: 5dc9656 → a1b2c3d, 3/5 healthy") })
        watch.apply(.deployment(finished(.succeeded)))
        let lines = try watch.takeChanges(as: format)
        #expect(lines.contains { $0.hasSuffix("running: a1b2c3d since 2023-11-14T22:13:21Z\n") }, "\(lines)")
        #expect(!lines.contains { $0.contains("5dc9656") })
        let json = try OutputFormat.json.text(
            of: StatusOverview(
                apps: report(), engine: engine, hook: HookState(), deliveries: [], deployments: [finished(.succeeded)]))
        #expect(!json.contains("\"deployments\":[{") && json.contains("\"lastDeployment\":"))
    }

    /// A deployment that was applied and ended a second after the apps were read.
    private func finished(
        _ stage: DeploymentSummary.Stage, commit: String = "a1b2c3d4",
        _ change: (inout DeploymentSummary) -> Void = { _ in }
    ) -> DeploymentSummary {
        var row = deployment(stage, commit: commit)
        row.finishedAt = Self.now + 1
        row.progress = DeploymentProgress(steps: [.init(name: "/web", done: 3, of: 5)])
        change(&row)
        return row
    }
}
