import Foundation
import ObserverEngine
import Testing

@testable import ObserverTUI

@Suite("An open dialog follows changes")
struct FollowingDialogTests {
    @Test("A shows another plan that waits, with its differences, and no key confirms it unread")
    func otherPlan() {
        var dashboard = TestDashboard(approving: "41-abc", memory: "64")
        dashboard.pass(1)
        dashboard.press(.tab)
        dashboard.happen(.control(.deployment(Sample.unapproved(plan: "41-def"))))
        #expect(dashboard.takeEffects() == [.loadDeployment(41)])
        #expect(dashboard.screen.contains("Reading the new plan…") && !dashboard.screen.contains("y approve"))
        dashboard.pass(5)
        dashboard.press("y")
        dashboard.happen(.control(.engine(Sample.engine)))
        #expect(dashboard.takeEffects() == [] && dashboard.state.dialog != nil)
        dashboard.happen(.deploymentLoaded(41, .success(Sample.unapproved(plan: "41-def", memory: "128"))))
        for words in [
            "The target has changed, and the plan with it.", "/mem  32 → 128",
            "! /web would now be changed differently: /mem 32 → 128 instead of 32 → 64",
        ] {
            #expect(dashboard.screen.contains(words), "\(words)\n\(dashboard.screen)")
        }
        dashboard.press("y", .enter)
        #expect(dashboard.takeEffects() == [] && dashboard.state.dialog?.isYesFocused == false)
        dashboard.pass(1.01)
        dashboard.press("y")
        #expect(dashboard.takeEffects() == [.perform(.approve(deployment: 41, plan: "41-def"))])
    }

    @Test("a plan that was replaced while it was read is read again, before the question and after it")
    func replacedWhileRead() {
        var dashboard = TestDashboard()
        dashboard.happen(.control(.deployment(Sample.unapproved(plan: "41-abc"))))
        dashboard.press("A")
        for plan in ["41-def", "41-ghi"] {
            _ = dashboard.takeEffects()
            dashboard.happen(.control(.deployment(Sample.unapproved(plan: plan))))
            dashboard.happen(.deploymentLoaded(41, .success(Sample.unapproved(plan: "41-abc", memory: "64"))))
            #expect(dashboard.takeEffects() == [.loadDeployment(41)])
            #expect(dashboard.state.dialog == nil)
        }
        dashboard.happen(.deploymentLoaded(41, .success(Sample.unapproved(plan: "41-ghi", memory: "96"))))
        dashboard.pass(1)
        dashboard.happen(.control(.deployment(Sample.unapproved(plan: "41-jkl"))))
        dashboard.happen(.control(.deployment(Sample.unapproved(plan: "41-mno"))))
        _ = dashboard.takeEffects()
        dashboard.happen(.deploymentLoaded(41, .success(Sample.unapproved(plan: "41-jkl", memory: "100"))))
        #expect(dashboard.takeEffects() == [.loadDeployment(41)])
        dashboard.happen(.deploymentLoaded(41, .success(Sample.unapproved(plan: "41-mno", memory: "128"))))
        #expect(dashboard.screen.contains("/mem 32 → 128 instead of 32 → 96"), "\(dashboard.screen)")
    }

    @Test("a snapshot after a lost connection is compared with the plan on the screen, too")
    func otherPlanAfterReconnecting() {
        var dashboard = TestDashboard(approving: "41-abc", memory: "64")
        dashboard.happen(.connectionLost(reason: "gone", retryAt: dashboard.now + 1))
        var snapshot = Sample.snapshot
        snapshot.deployments[0] = Sample.unapproved(plan: "41-def")
        dashboard.happen(.control(.snapshot(snapshot)))
        #expect(dashboard.takeEffects().contains(.loadDeployment(41)))
        dashboard.happen(.deploymentLoaded(41, .success(Sample.unapproved(plan: "41-def", memory: "64"))))
        #expect(dashboard.screen.contains("The changes are the same as before."))
    }

    @Test("A warns of a change by hand, which no plan contains yet")
    func changeByHand() {
        var dashboard = TestDashboard(approving: "41-abc", memory: "64")
        dashboard.pass(1)
        var report = Sample.apps
        report.apps[0].drift = .init(kind: .missing)
        dashboard.happen(.control(.apps(report)))
        for words in ["Meanwhile, the target has changed: /api. The plan was made before that.", "/mem  32 → 64"] {
            #expect(dashboard.screen.contains(words), "\(words)\n\(dashboard.screen)")
        }
        dashboard.press("y")
        dashboard.pass(1.01)
        dashboard.happen(.control(.apps(report)))
        #expect(dashboard.takeEffects() == [])
        dashboard.press("y")
        #expect(dashboard.takeEffects() == [.perform(.approve(deployment: 41, plan: "41-abc"))])
    }

    @Test("A closes with the reason when the plan can't be read any more")
    func unreadable() {
        var dashboard = TestDashboard(approving: "41-abc", memory: "64")
        dashboard.happen(.control(.deployment(Sample.unapproved(plan: "41-def"))))
        var detail = Sample.unapproved(plan: "41-def", memory: "64")
        detail.approvalRefusal = "ann pushed a1b2c3d; someone else must approve it."
        dashboard.happen(.deploymentLoaded(41, .success(detail)))
        #expect(dashboard.state.dialog == nil && dashboard.screen.contains("someone else must approve it."))
    }

    @Test("keys that were meant for a dialog that has closed by itself do nothing, and its reason stays")
    func closedByItself() {
        var dashboard = TestDashboard(approving: "41-abc", memory: "64")
        var row = Sample.unapproved(plan: nil)
        row.approval = PlanApproval(of: [], by: "ann", at: Sample.now)
        dashboard.happen(.control(.deployment(row)))
        dashboard.press("r", .enter)
        #expect(dashboard.state.dialog == nil && dashboard.state.detail == nil && dashboard.takeEffects() == [])
        #expect(dashboard.screen.contains("Deployment 41 of a1b2c3d was approved by ann."))
        dashboard.pass(1.01)
        dashboard.press("r")
        #expect(dashboard.takeEffects() == [.perform(.register)])
    }

    @Test("the word for the removal of a webhook that is gone is not typed into the dashboard")
    func typing() {
        var dashboard = TestDashboard()
        dashboard.press("X")
        dashboard.pass(1)
        dashboard.type("re")
        dashboard.happen(.control(.hook(HookState(registration: .removed))))
        dashboard.pass(1.5)
        dashboard.type("move")
        dashboard.press(.enter)
        #expect(dashboard.state.dialog == nil && !dashboard.state.usesMouse && dashboard.takeEffects() == [])
        #expect(dashboard.screen.contains("Webhook #8321735 was removed."))
    }

    @Test("the answer for A does not replace a question that was opened meanwhile")
    func otherQuestion() {
        var dashboard = TestDashboard()
        dashboard.happen(.control(.deployment(Sample.unapproved(plan: "41-abc"))))
        dashboard.press("A", "D")
        dashboard.happen(.deploymentLoaded(41, .success(Sample.unapproved(plan: "41-abc", memory: "64"))))
        #expect(dashboard.state.dialog?.title == "Deploy the head")
        #expect(dashboard.state.approving == nil)
    }

    @Test("D shows the plan of a newer push, and the key for the older plan does nothing")
    func newerPush() {
        var dashboard = TestDashboard()
        dashboard.press("D")
        dashboard.happen(.planLoaded(nil, .success(Sample.plan)))
        dashboard.pass(1)
        dashboard.press(.tab)
        dashboard.happen(.control(.delivery(Sample.delivery(7, 0, commit: "cafe123", "Newer", deployment: 42))))
        #expect(dashboard.screen.contains("Meanwhile, the head of the branch moved to cafe123 (Newer)."))
        #expect(dashboard.screen.contains("head, last seen at cafe123  Newer"))
        _ = dashboard.takeEffects()
        var report = Sample.plan
        report.commit = .init(id: "cafe123", message: "Newer")
        report.changes.removeAll { $0.kind == .created }
        dashboard.happen(.planLoaded(nil, .success(report)))
        dashboard.press(.enter, "y")
        #expect(dashboard.takeEffects() == [] && dashboard.state.dialog?.isYesFocused == false)
        for words in ["to        cafe123  Newer", "! /search would no longer change"] {
            #expect(dashboard.screen.contains(words), "\(words)\n\(dashboard.screen)")
        }
        dashboard.pass(1.01)
        dashboard.press("y")
        #expect(dashboard.takeEffects() == [.perform(.deploy(commit: nil, force: false, seenHead: "cafe123"))])
    }

    @Test("D shows that the target can't be read any more, as a new question does")
    func unreadableTarget() {
        var dashboard = TestDashboard()
        dashboard.press("D")
        dashboard.happen(.planLoaded(nil, .success(Sample.plan)))
        #expect(dashboard.screen.contains("runs now  77e0f12"))
        var report = Sample.apps
        report.problem = "Marathon is down."
        dashboard.happen(.control(.apps(report)))
        #expect(dashboard.screen.contains("last seen 77e0f12") && !dashboard.screen.contains("runs now"))
    }

    @Test("the question for the end of a hold shows the head that is then deployed, and follows pushes")
    func endOfHold() throws {
        var snapshot = Sample.snapshot
        snapshot.engine = try Sample.held
        var dashboard = TestDashboard(snapshot: snapshot)
        dashboard.press("P")
        #expect(dashboard.screen.contains("to        head, last seen at a1b2c3d  Make the buttons bigger"))
        dashboard.pass(1)
        dashboard.happen(.control(.delivery(Sample.delivery(7, 0, commit: "cafe123", "Newer", deployment: 42))))
        for words in [
            "to        head, last seen at cafe123  Newer",
            "Meanwhile, the head of the branch moved to cafe123 (Newer).",
        ] {
            #expect(dashboard.screen.contains(words), "\(words)\n\(dashboard.screen)")
        }
        dashboard.press("y")
        #expect(dashboard.performed() == [])
        dashboard.pass(1.01)
        dashboard.press("y")
        #expect(dashboard.performed() == [.resume(ending: .hold)])
    }

    @Test("the answer to a request for an outdated plan is not shown")
    func outdatedAnswer() {
        var dashboard = TestDashboard()
        dashboard.press("D")
        _ = dashboard.takeEffects()
        dashboard.happen(.control(.delivery(Sample.delivery(7, 0, commit: "cafe123", "Newer", deployment: 42))))
        #expect(!dashboard.takeEffects().contains(.loadPlan(nil)))
        dashboard.happen(.planLoaded(nil, .success(Sample.plan)))
        #expect(dashboard.takeEffects() == [.loadPlan(nil)] && dashboard.screen.contains("Planning…"))
        dashboard.happen(.planLoaded(nil, .success(Sample.plan)))
        #expect(dashboard.screen.contains("+ /search  created"))
    }

    @Test(
        "a plan that an earlier dialog requested is shown, unless a push has arrived between the two",
        arguments: [0, 1])
    func reopened(pushes: Int) {
        var dashboard = TestDashboard()
        dashboard.press("D", .escape)
        for _ in 0..<pushes {
            dashboard.happen(.control(.delivery(Sample.delivery(7, 0, commit: "cafe123", "Newer", deployment: 42))))
        }
        dashboard.press("D")
        #expect(dashboard.takeEffects().count { $0 == .loadPlan(nil) } == 1)
        dashboard.happen(.planLoaded(nil, .success(Sample.plan)))
        #expect(dashboard.screen.contains("+ /search  created") == (pushes == 0))
        #expect(dashboard.takeEffects().count { $0 == .loadPlan(nil) } == pushes)
    }

    @Test("a plan that failed while the connection was lost is requested again")
    func planAfterReconnecting() {
        var dashboard = TestDashboard()
        dashboard.press("D")
        dashboard.happen(.connectionLost(reason: "gone", retryAt: dashboard.now + 1))
        dashboard.happen(.planLoaded(nil, .failure(ControlRefusal(sentence: "gone"))))
        _ = dashboard.takeEffects()
        dashboard.happen(.control(.engine(Sample.engine)))
        #expect(dashboard.takeEffects().contains(.loadPlan(nil)) && dashboard.screen.contains("Planning…"))
    }

    @Test("B sends the newest deployment that its question has named")
    func newerDeployment() {
        var dashboard = TestDashboard()
        dashboard.press("2", "G", "B")
        let target = Sample.deployments[3]
        dashboard.happen(.planLoaded(target.commit, .success(Sample.plan(to: target))))
        dashboard.pass(1)
        var row = Sample.finished(42, "cafe123", "Newer", .queued, 0, took: 0)
        (row.startedAt, row.finishedAt) = (nil, nil)
        dashboard.happen(.control(.deployment(row)))
        #expect(dashboard.screen.contains("Meanwhile, deployment 42 of cafe123 was queued."))
        _ = dashboard.takeEffects()
        dashboard.press("y")
        #expect(dashboard.takeEffects() == [])
        dashboard.pass(1.01)
        dashboard.press("y")
        #expect(dashboard.takeEffects() == [.perform(.rollback(deployment: 38, seenCurrent: 42))])
    }

    @Test("c states whether the deployment has started by now")
    func started() {
        var row = Sample.deployments[0]
        (row.stage, row.startedAt, row.progress) = (.queued, nil, nil)
        var dashboard = TestDashboard()
        dashboard.happen(.control(.deployment(row)))
        dashboard.press("c")
        dashboard.pass(1)
        #expect(dashboard.screen.contains("It has not started."))
        row.stage = .fetching
        dashboard.happen(.control(.deployment(row)))
        for words in ["Meanwhile, it has started.", "not undone."] { #expect(dashboard.screen.contains(words)) }
        _ = dashboard.takeEffects()
        dashboard.press("y")
        #expect(dashboard.takeEffects() == [])
        dashboard.pass(1.01)
        dashboard.press("y")
        #expect(dashboard.takeEffects() == [.perform(.cancel(deployment: 41))])
    }

    @Test("the form for a pause shows that another operator has paused meanwhile, in every size")
    func otherPause() {
        for size in [(120, 40), (60, 10)] {
            var dashboard = TestDashboard(size.0, size.1)
            dashboard.press("P")
            dashboard.type("disk")
            var engine = Sample.engine
            (engine.isPaused, engine.pause) = (true, PauseSummary(reason: "database migration", by: "ann"))
            dashboard.happen(.control(.engine(engine)))
            #expect(dashboard.screen.contains("Meanwhile, deployments are paused by ann: database"))
            #expect(dashboard.screen.contains("Why? disk"))
            dashboard.happen(.control(.engine(Sample.engine)))
            #expect(!dashboard.screen.contains("Meanwhile"))
            dashboard.press(.enter, .enter)
            #expect(dashboard.takeEffects().contains(.perform(.pause(reason: "disk"))))
        }
    }
}

extension TestDashboard {
    /// A dashboard with the question for the approval of deployment 41.
    fileprivate init(approving plan: String, memory: String) {
        self.init()
        happen(.control(.deployment(Sample.unapproved(plan: plan))))
        press("A")
        happen(.deploymentLoaded(41, .success(Sample.unapproved(plan: plan, memory: memory))))
        _ = takeEffects()
    }
}
