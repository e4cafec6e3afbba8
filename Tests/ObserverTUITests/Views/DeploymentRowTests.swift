import Foundation
import ObserverEngine
import Testing

@testable import ObserverTUI

@Suite("Rows of deployments")
struct DeploymentRowTests {
    @Test("many apps are counted, and the incomplete ones are named in natural order")
    func manyApps() {
        let names = [11, 2, 1, 10, 3].map { "/slow-\($0)" }
        let text = progress(
            steps: [.init(name: "/web", done: 1, of: 1)] + names.map { .init(name: $0, done: 0, of: 1) })
        #expect(text == "1/6 healthy, waiting for /slow-1, /slow-2, /slow-3, /slow-10, /slow-11")
    }

    @Test("one incomplete app shows its tasks")
    func oneApp() {
        #expect(progress(steps: [.init(name: "web", done: 3, of: 5)]) == "web 3/5")
        let others = [1, 2].map { DeploymentProgress.Step(name: "/\($0)", done: 1, of: 1) }
        #expect(progress(steps: others + [.init(name: "web", done: 3, of: 5)]) == "web 3/5 · 2 others healthy")
        #expect(progress(steps: others) == "2/2 healthy")
    }

    @Test("details name an app without a spec as the list of apps does")
    func withoutSpec() {
        var dashboard = TestDashboard()
        dashboard.press("2", .enter)
        var detail = Sample.deploymentDetail
        detail.changes = [AppChange(appID: "/left", kind: .orphaned)]
        dashboard.happen(.deploymentLoaded(41, .success(detail)))
        #expect(dashboard.screen.contains("/left  in no spec") && !dashboard.screen.contains("orphaned"))
    }

    @Test("an estimate is shown until it has passed, then the time limit")
    func limit() {
        var snapshot = Sample.snapshot
        snapshot.engine.deployTimeoutSeconds = 600
        var dashboard = TestDashboard(snapshot: snapshot)
        #expect(dashboard.screen.contains("of about 20s") && !dashboard.screen.contains("gives up"))
        dashboard.pass(9)
        #expect(dashboard.screen.contains("gives up in 9m 39s") && !dashboard.screen.contains("of about"))
    }

    @Test("a cancelled deployment and a rollback have their own signs", arguments: [(200, 60), (120, 40), (80, 24)])
    func signs(size: (Int, Int)) {
        var snapshot = Sample.snapshot
        snapshot.deployments[1].trigger = .rollback
        snapshot.deployments[2].stage = .cancelled
        var dashboard = TestDashboard(size.0, size.1, snapshot: snapshot)
        dashboard.press("2")
        #expect(dashboard.screen.contains("✓ 77e0f12  ↩ Fix typo"))
        #expect(dashboard.screen.contains("⊘ 3bd9e00"))
        #expect(!dashboard.screen.contains("✗ 3bd9e00"))
    }

    @Test("a retry shows when it starts")
    func retry() {
        var snapshot = Sample.snapshot
        snapshot.deployments[0].stage = .queued
        snapshot.deployments[0].startedAt = nil
        snapshot.deployments[0].attempt = 2
        snapshot.deployments[0].notBefore = Sample.now.addingTimeInterval(28)
        var dashboard = TestDashboard(snapshot: snapshot)
        #expect(dashboard.screen.contains("retry 1 starts in 28s"))
        dashboard.pass(30)
        #expect(dashboard.screen.contains("retry 1 ") && !dashboard.screen.contains("starts in"))
    }

    @Test("a queued deployment shows that it waits for the running one, in its row, its log and its details")
    func queued() {
        var row = Sample.deployments[1]
        (row.id, row.trigger, row.stage, row.reason) = (42, .rollback, .queued, "slow queries\nsee ticket 12")
        (row.startedAt, row.finishedAt, row.progress) = (nil, nil, nil)
        var snapshot = Sample.snapshot
        snapshot.deployments.insert(row, at: 0)
        var dashboard = TestDashboard(snapshot: snapshot)
        let waits = "waiting for deployment 41 to end"
        #expect(dashboard.screen.contains(waits) && row.listedLines == 2)
        dashboard.press("2", "j", "k")
        dashboard.happen(.logLoaded(42, .success([])))
        #expect(dashboard.screen.contains("No log entries yet: waiting for"))
        dashboard.press(.enter)
        let lines = dashboard.screen.split(separator: "\n")
        #expect(lines.contains { $0.contains("waits") && $0.contains(waits) }, "\(dashboard.screen)")
        #expect(lines.contains { $0.contains("reason") && $0.contains("slow queries  ") })
        #expect(lines.contains { $0.contains("see ticket 12") && !$0.contains("slow queries") })
        dashboard.press(.escape)
        var ended = Sample.deployments[0]
        ended.stage = .succeeded
        dashboard.happen(.control(.deployment(ended)))
        #expect(!dashboard.screen.contains(waits))
    }

    @Test("a deployment that was superseded while it ran shows by what")
    func superseded() {
        var snapshot = Sample.snapshot
        snapshot.deployments[1].stage = .superseded
        snapshot.deployments[1].outcome = "superseded by deployment 41"
        #expect(TestDashboard(snapshot: snapshot).screen.contains("superseded by deployment 41"))
        snapshot.deployments[1].startedAt = nil
        #expect(!TestDashboard(snapshot: snapshot).screen.contains("superseded by deployment 41"))
    }

    @Test("a push that was found again and is not deployed itself shows that", arguments: [120, 80])
    func recovered(columns: Int) {
        var snapshot = Sample.snapshot
        snapshot.deliveries[1].deployment = nil
        snapshot.deliveries[1].reason = "recovered"
        let screen = TestDashboard(columns, 40, snapshot: snapshot).screen
        #expect(screen.split(separator: "\n").contains { $0.contains("Fix typo") && $0.contains(" recovered ") })
    }

    @Test("the running deployment is the only bold one")
    func running() {
        var dashboard = TestDashboard()
        dashboard.press("1")
        let rows = dashboard.screen.split(separator: "\n").enumerated()
        for (row, line) in rows where line.contains("Fix typo") || line.contains("▸ a1b2c3d  Make") {
            let isBold = dashboard.canvas.row(row).dropFirst(60).contains { $0.style.isBold }
            #expect(isBold == line.contains("▸"))
        }
    }

    private func progress(steps: [DeploymentProgress.Step]) -> String {
        var row = Sample.deployments[0]
        row.progress = DeploymentProgress(steps: steps)
        return ProgressSentence(row).text.string
    }
}
