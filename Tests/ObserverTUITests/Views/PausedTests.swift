import ObserverEngine
import Testing

@testable import ObserverTUI

@Suite("A pause and a hold on the screen")
struct PausedTests {
    @Test("shows since when deployments are paused, and who changed it last")
    func changed() {
        var pause = PauseSummary(since: Sample.ago(600), reason: "database migration", by: "ann")
        pause.changedAt = Sample.ago(60)
        pause.changedBy = "bob"
        var snapshot = Sample.snapshot
        snapshot.engine.isPaused = true
        snapshot.engine.pause = pause
        var dashboard = TestDashboard(snapshot: snapshot)
        let sentence = "Deployments are paused by ann since 18:34, changed by bob: database migration."
        #expect(dashboard.screen.contains(sentence))
        dashboard.press("0", .enter)
        #expect(dashboard.screen.contains("deployments are paused by ann (changed by bob): database migration"))
        let line = dashboard.screen.split(separator: "\n").first { $0.contains("pause changed") }
        #expect(line?.contains("by bob, 2016-05-08 18:43:31") == true, "\(line ?? "")")
    }

    @Test(
        "the first line shows that the branch is on hold also while a push waits for that",
        arguments: [120, 80, 60, 40])
    func held(columns: Int) throws {
        var snapshot = Sample.snapshot
        snapshot.engine = try Sample.held
        snapshot.deployments[0].stage = .queued
        snapshot.deployments[0].wait = DeploymentWait(.hold, "the branch is on hold")
        let screen = TestDashboard(columns, 24, snapshot: snapshot).screen
        let first = try #require(screen.split(separator: "\n").first)
        #expect(first.contains("held"), "\(screen)")
    }
}
