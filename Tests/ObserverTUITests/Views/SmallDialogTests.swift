import ObserverEngine
import Testing

@testable import ObserverTUI

@Suite("Dialogs in small terminals")
struct SmallDialogTests {
    private static let sizes = [(80, 12), (60, 10), (60, 9), (60, 8), (60, 6), (40, 10), (30, 8)]

    @Test(
        "a dialog with a plan keeps both commits, a line of the plan, the number of the others and the keys",
        arguments: sizes)
    func plan(size: (Int, Int)) {
        for key in ["D", "B", "A"] as [Key] {
            let dashboard = Self.dashboard(size, key)
            let new = key == "B" ? "1c2d3e4" : "a1b2c3d"
            let question: [Key: String] = ["D": "Deploy", "B": "Roll back", "A": "Approve"]
            for words in ["77e0f12", new, "+ /search  created", "[ No ]", "n no", question[key] ?? "-"] {
                #expect(dashboard.screen.contains(words), "\(key) \(words)\n\(dashboard.screen)")
            }
            #expect(dashboard.screen.contains(#/↓\d+/#), "\(key)\n\(dashboard.screen)")
        }
    }

    @Test(
        "in the smallest terminal, a dialog with a plan asks and names both commits",
        arguments: ["D", "B", "A"] as [Key])
    func smallest(key: Key) {
        let dashboard = Self.dashboard((20, 5), key)
        let question: [Key: String] = ["D": "Deploy the head?", "B": "Roll back and hold?", "A": "Approve the plan?"]
        for words in [question[key] ?? "-", key == "B" ? "77e0f12 → 1c2d3e4" : "77e0f12 → a1b2c3d", "[ No ]"] {
            #expect(dashboard.screen.contains(words), "\(words)\n\(dashboard.screen)")
        }
    }

    @Test(
        "in the smallest terminal, a dialog without a plan names its commit and shows the safe answer",
        arguments: [
            ("c", ["Cancel a1b2c3d?", "commit    a1b2c3d", "[ No ] ", "[ Yes ]", "y yes  n no"]),
            ("R", ["Replay this push?", "delivery  a1b2c3d", "[ No ]", "[ Replay ]", "n no"]),
        ] as [(Key, [String])])
    func smallestWithoutPlan(key: Key, texts: [String]) {
        var dashboard = TestDashboard(20, 5)
        dashboard.press(key)
        for words in texts { #expect(dashboard.screen.contains(words), "\(words)\n\(dashboard.screen)") }
    }

    @Test(
        "after a change, the smallest terminal marks it and keeps the commits",
        arguments: [
            ("D", ["Changed! Deploy?", "77e0f12 → cafe123"]), ("R", ["Changed! Replay?", "delivery  a1b2c3d"]),
            ("A", ["Changed! Approve?", "77e0f12 → a1b2c3d"]),
        ] as [(Key, [String])])
    func changedInSmallest(key: Key, texts: [String]) {
        var dashboard = Self.dashboard((20, 5), key)
        dashboard.happen(.control(.delivery(Sample.delivery(7, 0, commit: "cafe123", "Newer", deployment: 42))))
        var report = Sample.apps
        report.apps[0].drift = .init(kind: .missing)
        if key == "A" { dashboard.happen(.control(.apps(report))) }
        for words in texts + ["[ No ]"] {
            #expect(dashboard.screen.contains(words), "\(words)\n\(dashboard.screen)")
        }
    }

    @Test("the smallest terminal shows which version a rollback to the running one replaces")
    func replaced() {
        var dashboard = TestDashboard(20, 5)
        dashboard.press("B")
        #expect(dashboard.screen.contains("a1b2c3d → 77e0f12"), "\(dashboard.screen)")
    }

    @Test("a sentence that is cut ends in its own words")
    func cutNotice() {
        var dashboard = TestDashboard(20, 5)
        let refusal = ControlRefusal(sentence: "The hold has ended. Nothing was deployed.")
        dashboard.happen(.answered(.register, .failure(refusal)))
        #expect(dashboard.screen.contains("The hold has ende…"), "\(dashboard.screen)")
    }

    @Test("a dialog with another plan keeps the reason and the first difference", arguments: [(80, 12), (60, 10)])
    func change(size: (Int, Int)) {
        var dashboard = Self.dashboard(size, "A")
        dashboard.pass(1)
        dashboard.happen(.control(.deployment(Sample.unapproved(plan: "41-def"))))
        var changes = Sample.plan.changes
        changes[0].fields[0].after = "128"
        let detail = DeploymentDetail(
            summary: Sample.unapproved(plan: "41-def"), changes: changes, externalIDs: [])
        dashboard.happen(.deploymentLoaded(41, .success(detail)))
        for words in [
            "Approve deployment 41 of a1b2c3d?", "The target has changed, and the plan with it.", "runs now  77e0f12",
            "to        a1b2c3d", "! /web would now be changed differently", "[ No ]",
        ] {
            #expect(dashboard.screen.contains(words), "\(words)\n\(dashboard.screen)")
        }
    }

    @Test("a dialog without a plan keeps the consequence rather than all facts", arguments: [(80, 12), (60, 10)])
    func consequence(size: (Int, Int)) {
        var dashboard = TestDashboard(size.0, size.1)
        dashboard.press("c")
        for words in ["Cancel the deployment of a1b2c3d?", "not undone.", "commit    a1b2c3d", "[ No ]"] {
            #expect(dashboard.screen.contains(words), "\(words)\n\(dashboard.screen)")
        }
    }

    @Test("a long sentence below a dialog leaves it its rows")
    func notice() {
        var dashboard = Self.dashboard((80, 12), "D")
        let refusal = ControlRefusal(sentence: String(repeating: "GitHub does not respond. ", count: 20))
        dashboard.happen(.answered(.register, .failure(refusal)))
        for words in ["GitHub does not respond.", "runs now  77e0f12", "to        a1b2c3d", "+ /search  created"] {
            #expect(dashboard.screen.contains(words), "\(words)\n\(dashboard.screen)")
        }
    }

    /// A dashboard with the dialog of a key and its plan.
    private static func dashboard(_ size: (Int, Int), _ key: Key) -> TestDashboard {
        var dashboard = TestDashboard(size.0, size.1)
        dashboard.happen(.control(.deployment(Sample.unapproved(plan: "41-abc"))))
        dashboard.press(key)
        dashboard.happen(.planLoaded(nil, .success(Sample.plan)))
        let earlier = Sample.deployments[3]
        dashboard.happen(.planLoaded(earlier.commit, .success(Sample.plan(to: earlier))))
        let detail = DeploymentDetail(
            summary: Sample.unapproved(plan: "41-abc"), changes: Sample.plan.changes, externalIDs: [])
        dashboard.happen(.deploymentLoaded(41, .success(detail)))
        return dashboard
    }
}
