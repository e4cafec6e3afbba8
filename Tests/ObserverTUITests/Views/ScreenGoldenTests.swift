import Foundation
import ObserverEngine
import Testing

@testable import ObserverTUI

@Suite("Other screens")
struct ScreenGoldenTests {
    @Test("help", arguments: [(140, 40), (120, 40), (80, 24), (40, 10)])
    func help(size: (Int, Int)) throws {
        var dashboard = TestDashboard(size.0, size.1)
        dashboard.press("?", "j", "j")
        try Golden.expect(dashboard.canvas, matches: "help-\(size.0)x\(size.1)")
    }

    @Test("removing the webhook", arguments: [(120, 40), (80, 24), (40, 10), (20, 5)])
    func removal(size: (Int, Int)) throws {
        var dashboard = TestDashboard(size.0, size.1)
        dashboard.press("X")
        dashboard.pass(1)
        dashboard.type("rem")
        try Golden.expect(dashboard.canvas, matches: "remove-\(size.0)x\(size.1)")
    }

    @Test("rolling back", arguments: [(120, 40), (40, 10), (20, 5)])
    func rollback(size: (Int, Int)) throws {
        var dashboard = TestDashboard(size.0, size.1)
        dashboard.press("2", "G", "B")
        dashboard.happen(.planLoaded(Sample.deployments[3].commit, .success(Sample.plan(to: Sample.deployments[3]))))
        try Golden.expect(dashboard.canvas, matches: "rollback-\(size.0)x\(size.1)")
    }

    @Test("deploying the head, before the plan is known")
    func planning() throws {
        var dashboard = TestDashboard(80, 24)
        dashboard.press("D")
        try Golden.expect(dashboard.canvas, matches: "planning-80x24")
    }

    @Test("deploying the head", arguments: [(80, 24), (40, 10), (20, 5)])
    func deploy(size: (Int, Int)) throws {
        var dashboard = TestDashboard(size.0, size.1)
        dashboard.press("D")
        dashboard.happen(.planLoaded(nil, .success(Sample.plan)))
        try Golden.expect(dashboard.canvas, matches: "deploy-\(size.0)x\(size.1)")
    }

    @Test("the actions of operators", arguments: [(120, 40), (80, 24)])
    func audit(size: (Int, Int)) throws {
        var dashboard = TestDashboard(size.0, size.1)
        dashboard.press("a")
        dashboard.happen(.auditLoaded(.success(Sample.audit)))
        try Golden.expect(dashboard.canvas, matches: "audit-\(size.0)x\(size.1)")
    }

    @Test("the help with a token that reads")
    func readerHelp() throws {
        var dashboard = TestDashboard(120, 40)
        dashboard.happen(.identified(Sample.reader))
        dashboard.press("?")
        try Golden.expect(dashboard.canvas, matches: "help-read-120x40")
    }

    @Test("a delivery", arguments: [(120, 40), (80, 24)])
    func delivery(size: (Int, Int)) throws {
        var dashboard = TestDashboard(size.0, size.1)
        dashboard.press(.enter)
        dashboard.happen(.deliveryLoaded(6, .success(Sample.deliveryDetail)))
        try Golden.expect(dashboard.canvas, matches: "delivery-\(size.0)x\(size.1)")
    }

    @Test("a deployment", arguments: [(120, 40), (80, 24)])
    func deployment(size: (Int, Int)) throws {
        var dashboard = TestDashboard(size.0, size.1)
        dashboard.press("2", .enter)
        dashboard.happen(.deploymentLoaded(41, .success(Sample.deploymentDetail)))
        try Golden.expect(dashboard.canvas, matches: "deployment-\(size.0)x\(size.1)")
    }

    @Test("an app", arguments: [(120, 40), (80, 24)])
    func app(size: (Int, Int)) throws {
        var dashboard = TestDashboard(size.0, size.1)
        dashboard.press("3", "j", .enter)
        dashboard.happen(.appLoaded("/worker", .success(Sample.history)))
        try Golden.expect(dashboard.canvas, matches: "app-\(size.0)x\(size.1)")
    }

    @Test("a failed deployment with its log")
    func failure() throws {
        var dashboard = TestDashboard(120, 40)
        dashboard.press("2", "j", "j")
        dashboard.happen(.logLoaded(39, .success(Sample.failureLog)))
        try Golden.expect(dashboard.canvas, matches: "failed-120x40")
    }

    @Test("the webhook", arguments: [(120, 40), (40, 10)])
    func hook(size: (Int, Int)) throws {
        var dashboard = TestDashboard(size.0, size.1)
        dashboard.press("0", "z")
        try Golden.expect(dashboard.canvas, matches: "hook-\(size.0)x\(size.1)")
    }

    @Test("alerts: a problem, drift and a hold", arguments: [(120, 40), (80, 24)])
    func trouble(size: (Int, Int)) throws {
        var snapshot = Sample.snapshot
        snapshot.engine.problem =
            "Marathon at http://leader.mesos:8080 does not respond; deployments are queued until it does."
        let held = try #require(CommitID("1c2d3e4234567890abcdef1234567890abcdef12"))
        snapshot.engine.heldAt = held.description
        snapshot.engine.hold = HoldSummary(commit: held, cause: .rollback, deployment: 38)
        snapshot.engine.isPaused = true
        snapshot.engine.pause = PauseSummary(
            since: Sample.ago(600), until: Sample.now + 3900, reason: "database migration", by: "ann")
        snapshot.hook.drift = ["the URL is http://10.0.0.4:8849/dploy"]
        try Golden.expect(
            TestDashboard(size.0, size.1, snapshot: snapshot).canvas, matches: "trouble-\(size.0)x\(size.1)")
    }

    @Test("a lost connection", arguments: [(120, 40), (80, 24)])
    func lost(size: (Int, Int)) throws {
        var dashboard = TestDashboard(size.0, size.1)
        dashboard.happen(.connectionLost(reason: "connection refused by dcos-1:8849", retryAt: dashboard.now + 130))
        dashboard.pass(125)
        try Golden.expect(dashboard.canvas, matches: "lost-\(size.0)x\(size.1)")
    }

    @Test("an observer without deliveries or deployments", arguments: [(120, 40), (40, 10)])
    func empty(size: (Int, Int)) throws {
        try Golden.expect(
            TestDashboard(size.0, size.1, snapshot: Sample.empty).canvas, matches: "empty-\(size.0)x\(size.1)")
    }

    @Test("before the first response")
    func connecting() throws {
        try Golden.expect(TestDashboard(80, 24, snapshot: nil).canvas, matches: "connecting-80x24")
    }

    @Test("a hostile commit message", arguments: Charset.allCases)
    func hostile(charset: Charset) throws {
        let message =
            "\u{1B}[2J\u{1B}]0;gotcha\u{07}\u{202E}evil\u{2066} 漢字 e\u{301}\u{302}\u{303} \u{1F469}\u{200D}\u{1F4BB}\r\nx"
        var snapshot = Sample.snapshot
        snapshot.deliveries[0].message = message
        snapshot.deployments[0].message = message
        snapshot.deployments[2].outcome = message
        var dashboard = TestDashboard(120, 40, charset: charset, snapshot: snapshot)
        dashboard.happen(.logLoaded(41, .success([Sample.line(1, 3, "fetched", message)])))
        try Golden.expect(dashboard.canvas, matches: "hostile-120x40-\(charset)")
    }

    @Test("a filter being typed")
    func filter() throws {
        var dashboard = TestDashboard(80, 24)
        dashboard.press("/")
        dashboard.type("de")
        try Golden.expect(dashboard.canvas, matches: "filter-80x24")
    }

    @Test("one pane on the whole screen, with local times")
    func zoom() throws {
        var dashboard = TestDashboard(120, 40)
        dashboard.press("2", "z", "t")
        try Golden.expect(dashboard.canvas, matches: "zoom-120x40")
    }

    @Test("80 columns with the focus on deployments")
    func deployments() throws {
        var dashboard = TestDashboard(80, 24)
        dashboard.press("2")
        try Golden.expect(dashboard.canvas, matches: "deployments-80x24")
    }
}
