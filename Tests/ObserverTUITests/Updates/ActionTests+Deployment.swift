import Foundation
import ObserverEngine
import Testing

@testable import ObserverTUI

/// Deploying and rolling back.
extension ActionTests {
    @Test("the question about a deployment is true for a deploy command too")
    func deployCommand() {
        var snapshot = Sample.snapshot
        snapshot.apps = AppsReport(isSupported: false)
        var dashboard = TestDashboard(snapshot: snapshot)
        dashboard.press("D")
        #expect(dashboard.screen.contains("Run the deploy command for the head of dcos?"))
        #expect(!dashboard.screen.contains("apps are not touched"))
    }

    @Test("a question names what was deployed last, and what has disturbed it since")
    func disturbance() {
        var snapshot = Sample.snapshot
        snapshot.deployments[0].stage = .cancelled
        snapshot.deployments[0].leavesChanges = true
        snapshot.apps = nil
        var dashboard = TestDashboard(snapshot: snapshot)
        dashboard.press("D")
        #expect(dashboard.screen.contains("deployed  77e0f12  Fix typo"))
        #expect(dashboard.screen.contains("a1b2c3d was cancelled and may have left changes"))
        #expect(!dashboard.screen.contains("runs now"))
    }

    @Test("a rollback shows both commits, and sends the newest deployment on the screen")
    func rollback() {
        var dashboard = TestDashboard()
        dashboard.press("2", "G", "B")
        dashboard.pass(1)
        for words in ["runs now  77e0f12  Fix typo", "to        1c2d3e4  First deployment"] {
            #expect(dashboard.screen.contains(words))
        }
        dashboard.press("l", .enter)
        #expect(dashboard.takeEffects().contains(.perform(.rollback(deployment: 38, seenCurrent: 41))))
        dashboard.happen(
            .answered(
                .rollback(deployment: 38, seenCurrent: 41),
                .failure(ControlRefusal(sentence: "Deployment 41 succeeded."))))
        #expect(dashboard.screen.contains("Deployment 41 succeeded."))
    }

    @Test("a rollback during a deployment returns to the running version, and shows the state of the other")
    func rollbackOfIncomplete() {
        var dashboard = TestDashboard()
        dashboard.press("B")
        let running = Sample.deployments[1]
        var plan = Sample.plan(to: running)
        plan.running = PlanReport.Commit(id: running.commit, message: running.message)
        dashboard.happen(.planLoaded(running.commit, .success(plan)))
        func shows(_ words: String...) {
            for words in words { #expect(dashboard.screen.contains(words), "\(words)\n\(dashboard.screen)") }
        }
        shows("runs now  77e0f12  Fix typo", "now       a1b2c3d is being deployed", "to        77e0f12  Fix typo")
        var row = Sample.deployments[0]
        (row.stage, row.leavesChanges) = (.failed, true)
        dashboard.happen(.control(.deployment(row)))
        shows("then      a1b2c3d failed and may have left changes", "Meanwhile, a1b2c3d failed.")
        // It was deployed again, and runs.
        (row.id, row.stage, row.leavesChanges) = (42, .succeeded, false)
        row.finishedAt = Sample.now
        dashboard.happen(.control(.deployment(row)))
        shows(
            "runs now  a1b2c3d  Make the buttons", "to        77e0f12  Fix typo", "deployment 42 of a1b2c3d was queued"
        )
    }

    @Test("in other panes, a rollback targets what the command chooses")
    func rollbackTarget() {
        // While another version is being deployed, the last success.
        #expect(TestDashboard().state.rollbackTarget?.id == 40)
        var snapshot = Sample.snapshot
        // The running commit was deployed twice, and the previous version was reached by a rollback before that.
        var again = Sample.deployments[1]
        again.id = 42
        snapshot.deployments.insert(again, at: 0)
        #expect(TestDashboard(snapshot: snapshot).state.rollbackTarget?.id == 38)
        #expect(
            RollbackTarget.choose(from: snapshot.deployments, apps: snapshot.apps) == .deployment(Sample.deployments[3])
        )
    }

    @Test("roll back means the version before the running one, until a person selects a deployment")
    func rollbackOfNewest() {
        var snapshot = Sample.snapshot
        snapshot.deployments.removeFirst()
        var dashboard = TestDashboard(snapshot: snapshot)
        dashboard.press("2")
        #expect(dashboard.state.rollbackTarget?.id == 38)
        dashboard.press("j")
        #expect(dashboard.state.rollbackTarget?.id == 39)
    }

    @Test(
        "after a deployment was requested, its row and its log are shown",
        arguments: [ControlAction.deploy(commit: nil, force: false), .rollback(deployment: 38, seenCurrent: 41)])
    func followsRequest(action: ControlAction) {
        var dashboard = TestDashboard()
        dashboard.press("2", "G")
        dashboard.happen(.answered(action, .success("Queued.")))
        var next = Sample.deployments[0]
        (next.id, next.stage) = (42, .queued)
        dashboard.happen(.control(.deployment(next)))
        #expect(dashboard.state.deployments.selected == 42)
        #expect(dashboard.state.log.source == .current)
    }
}
