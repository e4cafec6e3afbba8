import ObserverEngine
import Testing

@testable import ObserverTUI

@Suite("The plan in a dialog")
struct PlanDialogTests {
    @Test("D and B request the plan of their commit, and show it with both commits; the safe answer has the focus")
    func plan() {
        var dashboard = TestDashboard()
        dashboard.press("D")
        #expect(dashboard.takeEffects() == [.loadPlan(nil)])
        #expect(dashboard.screen.contains("Planning…"))
        dashboard.happen(.planLoaded(nil, .success(Sample.plan)))
        for words in [
            "runs now  77e0f12  Fix typo", "to        a1b2c3d  Make the buttons bigger",
            "~ /web  updated, 5 tasks restart", "/mem", "32 → 64", "+ /search  created", "- /shop/old  removed",
            "? /left  stays, but is in no spec", "= 2 unchanged: /api, /shop/db",
        ] {
            #expect(dashboard.screen.contains(words), "\(words)\n\(dashboard.screen)")
        }
        #expect(dashboard.state.dialog?.isYesFocused == false)
        dashboard.pass(1)
        dashboard.press(.escape, "2", "G", "B")
        #expect(dashboard.takeEffects().contains(.loadPlan(Sample.deployments[3].commit)))
    }

    @Test("the plan of another commit is not shown")
    func otherCommit() {
        var dashboard = TestDashboard()
        dashboard.press("D")
        dashboard.happen(.planLoaded("1c2d3e4", .success(Sample.plan)))
        #expect(dashboard.screen.contains("Planning…"))
        dashboard.pass(1)
        dashboard.press(.escape)
        dashboard.happen(.planLoaded(nil, .success(Sample.plan)))
        #expect(dashboard.state.dialog == nil)
    }

    @Test("invalid specs, a plan without changes, a deploy command and a failure are explained")
    func explanations() {
        let problem = PlanReport.Problem(
            file: "specs/web.json", pointer: "/mem", line: 5, message: "must not be negative")
        let cases: [(Result<PlanReport, ControlRefusal>, [String])] = [
            (
                .success(PlanReport(summary: "1 problem", problems: [problem])),
                ["This commit can't be deployed:", "specs/web.json:5: /mem: must not be negative"]
            ),
            (
                .success(PlanReport(summary: "", changes: [AppChange(appID: "/web", kind: .unchanged)])),
                ["Nothing would change.", "= 1 unchanged: /web"]
            ),
            (
                .success(PlanReport(summary: "run the deploy command", changesAnything: true)),
                ["Would run the deploy command."]
            ),
            (
                .failure(ControlRefusal(sentence: "Marathon does not respond.")),
                ["The changes are unknown: Marathon does not respond."]
            ),
        ]
        for (result, sentences) in cases {
            var dashboard = TestDashboard()
            dashboard.press("D")
            dashboard.happen(.planLoaded(nil, result))
            for sentence in sentences { #expect(dashboard.screen.contains(sentence), "\(sentence)") }
            dashboard.pass(1)
            dashboard.press("y")
            let action = ControlAction.deploy(commit: nil, force: false, seenHead: Sample.deliveries[0].commit)
            #expect(dashboard.takeEffects().last == .perform(action))
        }
    }

    @Test("D deploys only the head of the plan on the screen, also if no push of it is known")
    func unknownHead() {
        for (snapshot, plan, head) in [
            (Sample.snapshot, "e918d0b234567890abcdef1234567890abcdef12", "e918d0b234567890abcdef1234567890abcdef12"),
            (Sample.snapshot, nil, Sample.deployments[0].commit), (Sample.empty, nil, nil),
        ] as [(ControlSnapshot, String?, String?)] {
            var dashboard = TestDashboard(snapshot: snapshot)
            dashboard.press("D")
            if let plan {
                var report = Sample.plan
                report.commit = .init(id: plan, message: "Newest")
                dashboard.happen(.planLoaded(nil, .success(report)))
            }
            dashboard.pass(1)
            dashboard.press("y")
            #expect(dashboard.performed() == [.deploy(commit: nil, force: false, seenHead: head)])
        }
    }

    @Test("drift that stays is noted below a plan that changes nothing")
    func drift() {
        let note = "note /db differs from its spec: /mem is 48, not 32, and stays so (-drift-ignore)"
        let report = PlanReport(
            summary: "1 unchanged", changes: [AppChange(appID: "/db", kind: .unchanged)], warnings: [note])
        #expect(PlanText(report).lines.map(\.string) == ["Nothing would change.", "= 1 unchanged: /db", note])
    }

    @Test("a long plan scrolls by keys and wheel, and its buttons stay", arguments: [(80, 24), (120, 40), (40, 10)])
    func scrolling(size: (Int, Int)) {
        var report = Sample.plan
        report.changes = (1...60).map { AppChange(appID: "/app-\($0)", kind: .created) }
        var dashboard = TestDashboard(size.0, size.1)
        dashboard.press("D")
        dashboard.happen(.planLoaded(nil, .success(report)))
        dashboard.pass(1)
        let (above, below) = (#/↑\d+ more/#, #/↓\d+ more/#)
        #expect(dashboard.screen.contains("+ /app-1 ") && dashboard.screen.contains(below))
        #expect(!dashboard.screen.contains(above))
        dashboard.press("G")
        #expect(dashboard.screen.contains("+ /app-60") && !dashboard.screen.contains(below))
        #expect(dashboard.screen.contains(above) && dashboard.screen.contains("j scroll") == (size.0 > 40))
        dashboard.press("k")
        #expect(dashboard.screen.contains(#/↑\d+ ↓1 more/#))
        dashboard.happen(.mouse(MouseEvent(gesture: .wheelDown, column: 5, row: 5)))
        #expect(!dashboard.screen.contains("↓1 more"))
        dashboard.press("g")
        #expect(dashboard.screen.contains("+ /app-1 ") && dashboard.screen.contains("[ No ]"))
        #expect(dashboard.state.dialog != nil)
    }

    @Test("scrolling is offered only if the plan does not fit")
    func short() {
        var dashboard = TestDashboard()
        dashboard.press("D")
        #expect(!dashboard.screen.contains("j scroll"))
        dashboard.happen(.planLoaded(nil, .success(Sample.plan)))
        #expect(!dashboard.screen.contains("j scroll"))
        dashboard.happen(.resized(Size(columns: 120, rows: 15)))
        #expect(dashboard.screen.contains("j scroll"))
    }

    @Test(
        "in 12 rows the running and the new commit are named, above some lines of the plan",
        arguments: ["D", "B", "A"] as [Key])
    func low(key: Key) {
        var row = Sample.deployments[0]
        (row.stage, row.plan, row.leavesChanges) = (.queued, "41-abc", false)
        var dashboard = TestDashboard(80, 12)
        dashboard.happen(.control(.deployment(row)))
        dashboard.press(key)
        dashboard.happen(.planLoaded(nil, .success(Sample.plan)))
        let earlier = Sample.deployments[3]
        dashboard.happen(.planLoaded(earlier.commit, .success(Sample.plan(to: earlier))))
        let detail = DeploymentDetail(summary: row, changes: Sample.plan.changes, externalIDs: [])
        dashboard.happen(.deploymentLoaded(41, .success(detail)))
        let new = key == "B" ? "to        1c2d3e4" : "to        a1b2c3d"
        #expect(dashboard.state.dialog != nil)
        for words in ["runs now  77e0f12", new, "+ /search  created", "more"] {
            #expect(dashboard.screen.contains(words), "\(words)\n\(dashboard.screen)")
        }
    }

    @Test("the question for an approval names the commit", arguments: [(120, 40), (80, 24), (80, 12), (40, 10)])
    func approvedCommit(size: (Int, Int)) {
        var row = Sample.deployments[0]
        (row.stage, row.plan, row.leavesChanges) = (.queued, "41-abc", false)
        var dashboard = TestDashboard(size.0, size.1)
        dashboard.happen(.control(.deployment(row)))
        dashboard.press("A")
        let detail = DeploymentDetail(summary: row, changes: Sample.plan.changes, externalIDs: [])
        dashboard.happen(.deploymentLoaded(41, .success(detail)))
        #expect(dashboard.screen.contains("Approve deployment 41 of a1b2c3d?"), "\(dashboard.screen)")
    }

    @Test("the question for a rollback names the deployment that it supersedes")
    func interruptedDeployment() {
        var dashboard = TestDashboard(200, 60)
        dashboard.press("2", "G", "B")
        let question = dashboard.state.dialog?.question ?? ""
        #expect(
            question.hasSuffix(
                "until the next push. a1b2c3d is being deployed; the rollback starts once that has ended or can be stopped."
            ),
            "\(question)")
        var snapshot = Sample.snapshot
        snapshot.deployments.removeFirst()
        dashboard = TestDashboard(200, 60, snapshot: snapshot)
        dashboard.press("2", "G", "B")
        #expect(dashboard.state.dialog?.question.hasSuffix("until the next push.") == true)
    }

    @Test("a plan that appears is not answered by a key that was pressed before")
    func keysBefore() {
        var dashboard = TestDashboard()
        dashboard.press("D")
        dashboard.pass(10)
        dashboard.happen(.planLoaded(nil, .success(Sample.plan)))
        dashboard.press("y")
        #expect(dashboard.state.dialog != nil)
        dashboard.pass(0.31)
        dashboard.press("y")
        #expect(dashboard.state.dialog == nil)
    }

    @Test("a push or the end of a deployment while the dialog is open is planned again")
    func again() {
        var dashboard = TestDashboard()
        dashboard.press("D")
        dashboard.happen(.planLoaded(nil, .success(Sample.plan)))
        _ = dashboard.takeEffects()
        dashboard.happen(.control(.delivery(Sample.delivery(7, 0, commit: "cafe", "Newer", deployment: 42))))
        #expect(dashboard.takeEffects().contains(.loadPlan(nil)) && dashboard.screen.contains("Planning…"))
        dashboard.happen(.planLoaded(nil, .success(Sample.plan)))
        var row = Sample.deployments[0]
        dashboard.happen(.control(.deployment(row)))
        #expect(!dashboard.takeEffects().contains(.loadPlan(nil)))
        row.stage = .succeeded
        dashboard.happen(.control(.deployment(row)))
        #expect(dashboard.takeEffects().contains(.loadPlan(nil)))
    }
}
