import Foundation
import ObserverEngine
import Testing

@testable import ObserverTUI

@Suite("What runs")
struct RunningVersionTests {
    @Test(
        "the header shows the running commit and the state of newer ones",
        arguments: [
            (.fetching, "▸ a1b2c3d deploying"), (.validating, "▸ a1b2c3d deploying"), (.queued, "○ a1b2c3d queued"),
            (.failed, "✗ a1b2c3d failed"), (.superseded, "runs 77e0f12"),
        ] as [(DeploymentSummary.Stage, String)])
    func header(stage: DeploymentSummary.Stage, newer: String) {
        var snapshot = Sample.snapshot
        snapshot.deployments[0].stage = stage
        for size in [(200, 60), (120, 40), (80, 24)] {
            let header = TestDashboard(size.0, size.1, snapshot: snapshot).canvas.line(0)
            #expect(header.contains("runs 77e0f12 since 18:39") && header.contains(newer), "\(header)")
        }
    }

    @Test("a failed correction of drift is in the header until a later one has succeeded", arguments: [true, false])
    func corrected(isCorrected: Bool) {
        var snapshot = Sample.snapshot
        for index in [0, 1] { snapshot.deployments[index].trigger = .drift }
        snapshot.deployments[0].stage = isCorrected ? .succeeded : .superseded
        snapshot.deployments[1].stage = .failed
        let header = TestDashboard(200, 60, snapshot: snapshot).canvas.line(0)
        #expect(header.contains("✗ 77e0f12 failed") != isCorrected, "\(header)")
    }

    @Test(
        "since when the commit runs stays in the header while deployments are paused, and with a token that only reads",
        arguments: [(true, false, " paused, 1h 5m left "), (false, true, " read only "), (true, true, " paused ")])
    func narrow(isPaused: Bool, isReader: Bool, mark: String) {
        var snapshot = Sample.snapshot
        snapshot.deployments[0].stage = .fetching
        snapshot.engine.isPaused = isPaused
        snapshot.engine.pause = isPaused ? PauseSummary(since: Sample.ago(600), until: Sample.now + 3900) : nil
        var dashboard = TestDashboard(80, 24, snapshot: snapshot)
        if isReader { dashboard.happen(.identified(Sample.reader)) }
        let header = dashboard.canvas.line(0)
        #expect(header.contains("dcos   runs 77e0f12 since 18:39   ▸ a1b2c3d deploying "), "\(header)")
        #expect((header + " ").contains(mark), "\(header)")
    }

    @Test("while a deployment changes the target, the header shows both commits, and how healthy they are together")
    func change() {
        let sizes = [
            (200, "› dcos   ▸ 77e0f12 → a1b2c3d deploying · 8/11 healthy, 1 drifted "),
            (80, " octo/site › dcos   ▸ 77e0f12 → a1b2c3d deploying · 8/11 healthy "),
            (60, " site › dcos   ▸ 77e0f12 → a1b2c3d deploying "), (40, " dcos   ▸ 77e0f12 → a1b2c3d deploying "),
            (20, " 77e0f12 → a1b2c3d "),
        ]
        for stage in [DeploymentSummary.Stage.applying, .waiting] {
            var snapshot = Sample.snapshot
            snapshot.deployments[0].stage = stage
            for (columns, words) in sizes {
                let header = TestDashboard(columns, 24, snapshot: snapshot).canvas.line(0)
                #expect(header.contains(words) && !header.contains("runs"), "\(header)")
            }
        }
    }

    @Test("health is left out until the apps were read after the deployment was applied")
    func outdatedHealth() {
        var snapshot = Sample.snapshot
        snapshot.apps?.changedBy = nil
        for stage in [DeploymentSummary.Stage.applying, .waiting] {
            snapshot.deployments[0].stage = stage
            let header = TestDashboard(200, 60, snapshot: snapshot).canvas.line(0)
            #expect(header.contains("▸ 77e0f12 → a1b2c3d deploying ") && !header.contains("healthy"), "\(header)")
        }
        snapshot.deployments[0].stage = .validating
        #expect(TestDashboard(200, 60, snapshot: snapshot).canvas.line(0).contains("· 8/11 healthy"))
    }

    @Test("while a failed deployment is undone, the header shows the commit that comes back")
    func rollback() {
        var snapshot = Sample.snapshot
        snapshot.deployments[0].outcome = "Not healthy after 5m"
        let header = TestDashboard(snapshot: snapshot).canvas.line(0)
        #expect(header.contains("▸ a1b2c3d → 77e0f12 rolling back · 8/11 healthy"), "\(header)")
    }

    @Test("from the end of a deployment until the apps are read again, the header shows the commit that it left")
    func ended() {
        let ends: [(DeploymentSummary.Stage, leavesChanges: Bool, words: String)] = [
            (.succeeded, false, "runs a1b2c3d since 18:44 "),
            (.failed, false, "runs 77e0f12 since 18:39   ✗ a1b2c3d failed "),
            (.failed, true, "✗ 77e0f12 → a1b2c3d failed "),
        ]
        for (stage, leavesChanges, words) in ends {
            for columns in [200, 120, 80] {
                var dashboard = TestDashboard(columns, 40)
                var row = Sample.deployments[0]
                (row.stage, row.leavesChanges, row.finishedAt) = (stage, leavesChanges, Sample.now)
                dashboard.happen(.control(.deployment(row)))
                let header = dashboard.canvas.line(0)
                #expect(header.contains(words) && !header.contains("healthy"), "\(header)")
                var report = Sample.apps
                report.running = .init(id: stage == .succeeded ? row.commit : Sample.deployments[1].commit)
                report.readAt = Sample.now + 1
                dashboard.happen(.control(.apps(report)))
                let next = dashboard.canvas.line(0)
                #expect(next.contains(stage == .succeeded ? "runs a1b2c3d since" : "runs 77e0f12 since"), "\(next)")
                #expect(columns < 200 || next.contains("8/11 healthy"), "\(next)")
            }
        }
    }

    @Test("a first deployment has no commit before it, and one of the running commit is named once")
    func single() {
        var snapshot = Sample.snapshot
        snapshot.apps?.running = nil
        let first = TestDashboard(snapshot: snapshot).canvas.line(0)
        #expect(first.contains("› dcos   ▸ a1b2c3d deploying · 8/11 healthy"), "\(first)")
        snapshot.apps?.running = .init(id: snapshot.deployments[0].commit)
        let again = TestDashboard(snapshot: snapshot).canvas.line(0)
        #expect(again.contains("runs a1b2c3d since 18:39") && again.contains("▸ a1b2c3d deploying"), "\(again)")
    }

    @Test("the number of healthy tasks stays in the header while deployments are paused")
    func pausedChange() {
        var snapshot = Sample.snapshot
        snapshot.engine.isPaused = true
        snapshot.engine.pause = PauseSummary(since: Sample.ago(600), until: Sample.now + 3900)
        let header = TestDashboard(80, 24, snapshot: snapshot).canvas.line(0)
        #expect(header.contains("▸ 77e0f12 → a1b2c3d deploying · 8/11 healthy "), "\(header)")
        #expect(header.contains(" paused"), "\(header)")
    }

    @Test("the target's report decides which commit runs, not the newest success")
    func target() {
        var snapshot = Sample.snapshot
        snapshot.deployments[0].stage = .fetching
        snapshot.apps?.running = .init(id: "3bd9e00234567890abcdef1234567890abcdef12")
        #expect(TestDashboard(snapshot: snapshot).canvas.line(0).contains("runs 3bd9e00"))
        snapshot.apps?.running = nil
        #expect(TestDashboard(snapshot: snapshot).canvas.line(0).contains("runs an unknown commit"))
        snapshot.apps?.apps = []
        #expect(TestDashboard(snapshot: snapshot).canvas.line(0).contains("nothing runs"))
    }

    @Test("before the target has reported what runs, and for a deploy command, the header does not claim to know it")
    func unknown() {
        for report in [nil, AppsReport(), AppsReport(isSupported: false)] {
            var snapshot = Sample.snapshot
            snapshot.apps = report
            let header = TestDashboard(snapshot: snapshot).canvas.line(0)
            #expect(header.contains("deployed 77e0f12 · 18:39") && !header.contains("runs"), "\(header)")
            #expect(!header.contains("healthy"))
        }
    }

    @Test("the header shows the verdict of a health command on what was deployed")
    func check() {
        var snapshot = Sample.snapshot
        for (isHealthy, words) in [(true, " · healthy "), (false, " · unhealthy ")] {
            snapshot.apps = AppsReport(isSupported: false)
            snapshot.apps?.check = .init(isHealthy: isHealthy, at: Sample.now)
            let header = TestDashboard(200, 60, snapshot: snapshot).canvas.line(0)
            #expect(header.contains("deployed 77e0f12 · 18:39" + words), "\(header)")
            snapshot.apps?.problem = "The tree was not kept."
            #expect(!TestDashboard(200, 60, snapshot: snapshot).canvas.line(0).contains("healthy"))
        }
    }

    @Test("while the target can't be read, the header shows the commit as last seen, without its health")
    func outdated() {
        var snapshot = Sample.snapshot
        snapshot.apps?.problem = "Marathon does not respond"
        let header = TestDashboard(200, 60, snapshot: snapshot).canvas.line(0)
        #expect(header.contains("last seen 77e0f12 at 18:44") && !header.contains("healthy"), "\(header)")
        snapshot.apps?.running = nil
        #expect(TestDashboard(200, 60, snapshot: snapshot).canvas.line(0).contains("nothing ran when last seen"))
    }

    @Test("the header shows how many tasks are healthy, and how many apps drift")
    func health() {
        var snapshot = Sample.snapshot
        #expect(TestDashboard(200, 60, snapshot: snapshot).canvas.line(0).contains("· 8/11 healthy, 1 drifted "))
        snapshot.apps?.apps.removeAll { $0.isHealthy != true || $0.drift != nil }
        #expect(TestDashboard(200, 60, snapshot: snapshot).canvas.line(0).contains("· 3/3 healthy "))
    }

    @Test("without a deployment, the header states it, unless the target may know one")
    func nothing() {
        var snapshot = Sample.empty
        #expect(TestDashboard(snapshot: snapshot).canvas.line(0).contains("not known yet"))
        snapshot.apps = AppsReport()
        let dashboard = TestDashboard(snapshot: snapshot)
        #expect(dashboard.canvas.line(0).contains("not known yet"))
        #expect(dashboard.screen.contains("Not known yet. Apps appear here after the next"))
        snapshot.apps = AppsReport(isSupported: false)
        #expect(TestDashboard(snapshot: snapshot).canvas.line(0).contains("nothing deployed yet"))
    }
}
