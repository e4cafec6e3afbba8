import Foundation
import ObserverEngine
import Testing

@testable import ObserverTUI

/// Pausing and resuming, which also ends a hold.
extension ActionTests {
    @Test("P asks for the reason and the end of a pause, and both may be empty")
    func pause() {
        var dashboard = TestDashboard()
        dashboard.press("P")
        dashboard.type("database migration")
        #expect(dashboard.screen.contains("Pause deployments. Why? database migration"))
        dashboard.press(.enter)
        #expect(dashboard.screen.contains("Until when?"))
        dashboard.type("soon")
        dashboard.press(.enter)
        #expect(dashboard.screen.contains("'soon' is neither a duration, such as 2h, nor a time"))
        #expect(dashboard.takeEffects() == [])
        dashboard.press(.control("u"))
        dashboard.type("2h")
        dashboard.press(.enter)
        let action = ControlAction.pause(reason: "database migration", until: Sample.now + 7200)
        #expect(dashboard.takeEffects() == [.perform(action)])
        #expect(
            dashboard.screen.contains(
                "observer pause -until \((Sample.now + 7200).rfc3339) -reason 'database migration'"))
        dashboard.press("P", .enter, .enter)
        #expect(dashboard.takeEffects() == [.perform(.pause())])
    }

    @Test("a wrong end of a pause is refused with the whole reason, and the keys are shown, in every size")
    func narrowPause() {
        var dashboard = TestDashboard(80, 24)
        dashboard.press("P", .enter)
        dashboard.type("5x")
        dashboard.press(.enter)
        for words in ["'5x' is neither a duration, such as 2h, nor a time, such as", "Until when? 5x"] {
            #expect(dashboard.screen.contains(words), "\(dashboard.screen)")
        }
        dashboard.happen(.resized(Size(columns: 40, rows: 10)))
        for words in ["'5x' is neither", "2026-12-24T18:00.", "Until when? 5x"] {
            #expect(dashboard.screen.contains(words), "\(dashboard.screen)")
        }
        dashboard.press(.backspace)
        #expect(dashboard.screen.contains("Esc cancel") && dashboard.screen.contains("Until when? 5"))
    }

    @Test("the smallest terminal shows the end of a reason while it is typed")
    func smallestPause() {
        var dashboard = TestDashboard(20, 5)
        dashboard.press("P")
        dashboard.type("disk")
        #expect(dashboard.screen.contains("Why? disk"), "\(dashboard.screen)")
        dashboard.type(" is full on db1")
        #expect(dashboard.screen.contains("Why? …full on db1"), "\(dashboard.screen)")
    }

    @Test("Esc leaves the questions about a pause without one, and pasted text is typed into them")
    func noPause() {
        var dashboard = TestDashboard()
        dashboard.press("P", "q")
        dashboard.happen(.pasted("uiet\nnight"))
        #expect(dashboard.screen.contains("Why? quietnight"))
        dashboard.press(.enter, .escape)
        #expect(dashboard.state.pauseForm == nil && dashboard.takeEffects() == [])
    }

    @Test("a pause and a waiting deployment show who, why and how long, and count down")
    func paused() {
        var snapshot = Sample.snapshot
        snapshot.engine.isPaused = true
        snapshot.engine.pause = PauseSummary(
            since: Sample.ago(60), until: Sample.now + 3900, reason: "database migration", by: "ann")
        snapshot.deployments[0].stage = .queued
        snapshot.deployments[0].wait = DeploymentWait(
            .window, "outside the deploy window until Mon 09:00 UTC", until: Sample.now + 90)
        var dashboard = TestDashboard(snapshot: snapshot)
        #expect(dashboard.screen.contains("paused, 1h 5m left"))
        #expect(dashboard.screen.contains("Deployments are paused by ann since 18:43: database migration. Press P"))
        #expect(dashboard.screen.contains("outside the deploy window until Mon 09:00 UTC"))
        // In a narrow pane the sentence leaves no space for the countdown.
        #expect(!dashboard.screen.contains("1m 30s left"))
        dashboard.happen(.resized(Size(columns: 160, rows: 40)))
        #expect(dashboard.screen.contains("1m 30s left"))
        dashboard.pass(31)
        #expect(dashboard.screen.contains("59s left"))
    }

    @Test("P ends a pause only after a question, which names its author, its reason and what then starts")
    func resume() {
        var snapshot = Sample.snapshot
        snapshot.engine.isPaused = true
        snapshot.engine.pause = PauseSummary(reason: "database migration", by: "ann")
        snapshot.deployments[0].stage = .queued
        snapshot.deployments[0].wait = DeploymentWait(.pause, "deployments are paused by ann: database migration")
        var dashboard = TestDashboard(snapshot: snapshot)
        #expect(dashboard.screen.contains("paused by ann: database migration"))
        #expect(dashboard.screen.contains("P resume"))
        _ = dashboard.takeEffects()
        dashboard.press("P")
        #expect(dashboard.screen.contains("End the pause by ann (database migration)?"), "\(dashboard.screen)")
        #expect(dashboard.takeEffects() == [])
        dashboard.pass(1)
        dashboard.press("y")
        #expect(dashboard.takeEffects() == [.perform(.resume(ending: .pause))])
    }

    @Test("the question for the end of a pause closes when the pause has ended, and follows another one")
    func endedPause() {
        var snapshot = Sample.snapshot
        snapshot.engine.isPaused = true
        snapshot.engine.pause = PauseSummary(by: "ann")
        var dashboard = TestDashboard(snapshot: snapshot)
        dashboard.press("P")
        var engine = snapshot.engine
        engine.pause = PauseSummary(by: "bob")
        dashboard.happen(.control(.engine(engine)))
        #expect(dashboard.screen.contains("Meanwhile, the pause has changed."), "\(dashboard.screen)")
        var waiting = Sample.deployments[0]
        (waiting.id, waiting.stage) = (42, .queued)
        waiting.wait = DeploymentWait(.pause, "deployments are paused by bob")
        dashboard.happen(.control(.deployment(waiting)))
        #expect(dashboard.screen.contains("Meanwhile, deployment 42 of a1b2c3d was queued."), "\(dashboard.screen)")
        dashboard.happen(.control(.engine(Sample.engine)))
        #expect(dashboard.state.dialog == nil && dashboard.screen.contains("The pause has ended."))
    }

    @Test("P ends a hold only after a question, and during a pause it ends the pause alone")
    func hold() throws {
        var snapshot = Sample.snapshot
        let commit = try #require(CommitID("1c2d3e4234567890abcdef1234567890abcdef12"))
        snapshot.engine.heldAt = commit.description
        snapshot.engine.hold = HoldSummary(commit: commit, cause: .rollback, deployment: 38)
        var dashboard = TestDashboard(snapshot: snapshot)
        #expect(dashboard.screen.contains("P resume"))
        dashboard.press("P")
        #expect(dashboard.performed() == [])
        #expect(dashboard.screen.contains("End the hold at 1c2d3e4"), "\(dashboard.screen)")
        dashboard.pass(1)
        dashboard.press(.enter)
        #expect(dashboard.performed() == [])
        dashboard.press("P")
        dashboard.pass(1)
        dashboard.press("y")
        #expect(dashboard.performed() == [.resume(ending: .hold)])
        snapshot.engine.isPaused = true
        dashboard = TestDashboard(snapshot: snapshot)
        dashboard.press("P")
        dashboard.pass(1)
        dashboard.press("y")
        #expect(dashboard.performed() == [.resume(ending: .pause)] && dashboard.state.dialog == nil)
    }

    @Test("an action that a key undoes names the key")
    func undoing() {
        var dashboard = TestDashboard()
        dashboard.press("P", .enter, .enter)
        dashboard.happen(.answered(.pause(), .success("Paused.")))
        #expect(dashboard.screen.contains("Paused. Press P to resume."))
    }
}
