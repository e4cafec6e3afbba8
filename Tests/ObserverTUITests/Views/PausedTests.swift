import ObserverEngine
import Testing

@testable import ObserverTUI

@Suite("A pause that was changed")
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
}
