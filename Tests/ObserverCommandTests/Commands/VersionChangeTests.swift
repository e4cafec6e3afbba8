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

    @Test("both commits are named while a deployment changes the target, and tasks of both are counted")
    func both() {
        for stage in [DeploymentSummary.Stage.applying, .waiting] {
            #expect(report().summary(in: style, during: deployment(stage)) == "5dc9656 → a1b2c3d, 3/5 healthy")
        }
        let rollback = deployment(outcome: "Not healthy")
        #expect(report().summary(in: style, during: rollback) == "a1b2c3d → 5dc9656, 3/5 healthy")
        let drifted = report { $0.apps[0].drift = .init(kind: .changed) }
        #expect(drifted.summary(in: style, during: deployment()) == "5dc9656 → a1b2c3d, 3/5 healthy, 1 drifted")
    }

    @Test("where the commit before is not known, only the other one is named")
    func first() {
        let first = report { ($0.running, $0.since) = (nil, nil) }
        #expect(first.summary(in: style, during: deployment()) == "a1b2c3d (being deployed), 3/5 healthy")
        let rollback = deployment(outcome: "Not healthy")
        #expect(first.summary(in: style, during: rollback) == "a1b2c3d (being rolled back), 3/5 healthy")
    }

    @Test(
        "one commit is named before anything is changed, afterwards, and if the running commit is deployed again",
        arguments: [
            (.queued, "a1b2c3d4"), (.fetching, "a1b2c3d4"), (.validating, "a1b2c3d4"), (.succeeded, "a1b2c3d4"),
            (.waiting, "5dc9656f"),
        ] as [(DeploymentSummary.Stage, String)])
    func one(stage: DeploymentSummary.Stage, commit: String) {
        let summary = report().summary(in: style, during: deployment(stage, commit: commit))
        #expect(summary == "5dc9656 since 2023-11-14T22:13:20Z, 3/5 healthy")
    }

    @Test("while the target can't be read, and for a deploy command, nothing is claimed about the change")
    func unknown() {
        let unread = report { $0.problem = "503" }
        #expect(unread.summary(in: style, during: deployment()).hasPrefix("unknown; last seen: 5dc9656 at "))
        let command = report { ($0.readAt, $0.isSupported) = (nil, false) }
        #expect(command.summary(in: style, during: deployment()).hasPrefix("unknown; last deployed: 5dc9656"))
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
        #expect(AppList(report: report(), deployment: deployment()).lines(in: style)[0] == "running \(line)")
        var watch = AppListWatch()
        watch.apply(.apps(report()))
        watch.apply(.deployment(deployment()))
        #expect(watch.rankedLines(in: style)[0].text == "running \(line)")
        watch.apply(.deployment(deployment(.succeeded)))
        // From before the end.
        watch.apply(.deployment(deployment()))
        #expect(watch.rankedLines(in: style)[0].text.hasPrefix("running 5dc9656 since "))
    }
}
