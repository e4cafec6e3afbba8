import Foundation
import ObserverEngine
import Testing

@testable import ObserverTUI

/// Approving a plan.
extension ActionTests {
    @Test("A shows the plan of the waiting deployment before it asks, and approves what was shown")
    func approve() throws {
        var dashboard = TestDashboard()
        dashboard.press("A")
        #expect(dashboard.screen.contains("No plan is waiting for approval."))
        #expect(!dashboard.screen.contains("A approve"))
        var row = Sample.deployments[0]
        (row.stage, row.plan, row.leavesChanges) = (.queued, "41-abc", false)
        row.wait = DeploymentWait(.approval, "needs approval: /web restarts")
        dashboard.happen(.control(.deployment(row)))
        // The notice disappears.
        dashboard.pass(31)
        #expect(dashboard.screen.contains("A approve"))
        _ = dashboard.takeEffects()
        dashboard.press("A")
        #expect(dashboard.takeEffects() == [.loadDeployment(41)])
        #expect(dashboard.state.dialog == nil)
        let change = AppChange(
            appID: "/web", kind: .updated, fields: [.init(path: "/mem", before: "32", after: "64")], restarts: 3)
        let detail = DeploymentDetail(summary: row, changes: [change], externalIDs: [])
        dashboard.happen(.deploymentLoaded(41, .success(detail)))
        for words in ["~ /web  updated, 3 tasks restart", "/mem  32 → 64"] { #expect(dashboard.screen.contains(words)) }
        dashboard.pass(1)
        dashboard.press("y")
        #expect(dashboard.takeEffects() == [.perform(.approve(deployment: 41, plan: "41-abc"))])
    }

    @Test("A states why this operator may not approve a plan, instead of a question")
    func refusedApproval() {
        var row = Sample.deployments[0]
        (row.stage, row.plan, row.leavesChanges) = (.queued, "41-abc", false)
        var dashboard = TestDashboard()
        dashboard.happen(.control(.deployment(row)))
        dashboard.press("A")
        var detail = DeploymentDetail(summary: row, changes: [], externalIDs: [])
        detail.approvalRefusal = "ann pushed a1b2c3d; someone else must approve it."
        dashboard.happen(.deploymentLoaded(41, .success(detail)))
        #expect(dashboard.state.dialog == nil)
        #expect(dashboard.screen.contains("ann pushed a1b2c3d; someone else must approve it."))
    }
}
