import ObserverEngine
import Testing

@testable import ObserverTUI

@Suite("The consequence in a question")
struct DialogCircumstanceTests {
    @Test("D names the hold that it ends, a pause, and the deployment that it supersedes")
    func deploy() throws {
        var snapshot = Sample.snapshot
        snapshot.engine = try Sample.held
        snapshot.engine.isPaused = true
        snapshot.deployments[0] = Sample.unapproved(plan: "41-abc")
        var dashboard = TestDashboard(snapshot: snapshot)
        dashboard.press("D")
        let question = dashboard.state.dialog?.question ?? ""
        #expect(
            question.hasSuffix(
                "Unchanged apps are not touched. This ends the hold at 1c2d3e4. Deployments are paused, so it then "
                    + "waits. Deployment 41 of a1b2c3d, which is waiting for approval, is then superseded."),
            "\(question)")
        dashboard = TestDashboard(20, 5, snapshot: snapshot)
        dashboard.press("D")
        #expect(dashboard.screen.contains("Deploy and end hold?"), "\(dashboard.screen)")
    }

    @Test("B names the queued deployments that it supersedes")
    func rollback() {
        var snapshot = Sample.snapshot
        snapshot.deployments[0] = Sample.unapproved(plan: nil)
        var dashboard = TestDashboard(snapshot: snapshot)
        dashboard.press("B")
        let sentence = "Deployment 41 of a1b2c3d, which is queued, is then superseded."
        #expect(dashboard.state.dialog?.question.hasSuffix(sentence) == true)
        var row = Sample.unapproved(plan: nil)
        (row.id, row.commit) = (42, "cafe123")
        dashboard.happen(.control(.deployment(row)))
        let both = "2 queued deployments are then superseded; the newest is 42 of cafe123."
        #expect(dashboard.state.dialog?.question.hasSuffix(both) == true)
        #expect(dashboard.screen.contains("Meanwhile, deployment 42 of cafe123 was queued."))
    }

    @Test("a pause that starts while a question is open is named, and no key confirms it unread")
    func pause() {
        for key in ["A", "B", "D", "R"] as [Key] {
            var snapshot = Sample.snapshot
            snapshot.deployments[0] = Sample.unapproved(plan: "41-abc")
            var dashboard = TestDashboard(snapshot: snapshot)
            dashboard.press(key)
            dashboard.happen(.deploymentLoaded(41, .success(Sample.unapproved(plan: "41-abc", memory: "64"))))
            dashboard.pass(1)
            var engine = Sample.engine
            engine.isPaused = true
            dashboard.happen(.control(.engine(engine)))
            #expect(dashboard.screen.contains("Meanwhile, deployments were paused."), "\(dashboard.screen)")
            let question = dashboard.state.dialog?.question ?? ""
            #expect(question.contains("Deployments are paused, so it then waits."), "\(question)")
            dashboard.press("y")
            #expect(dashboard.performed() == [] && dashboard.state.dialog != nil)
            dashboard.happen(.control(.engine(Sample.engine)))
            #expect(dashboard.screen.contains("Meanwhile, deployments were resumed."), "\(dashboard.screen)")
        }
    }

    @Test("the question for an approval states when it must be approved again")
    func approval() {
        var dashboard = TestDashboard()
        dashboard.happen(.control(.deployment(Sample.unapproved(plan: "41-abc"))))
        dashboard.press("A")
        dashboard.happen(.deploymentLoaded(41, .success(Sample.unapproved(plan: "41-abc", memory: "64"))))
        let sentence = "If its changes are different when it is applied, it must be approved again."
        #expect(dashboard.state.dialog?.question.hasSuffix(sentence) == true)
    }

    @Test("a replay states that the head is deployed if the branch has moved")
    func replay() {
        var dashboard = TestDashboard()
        dashboard.press("j", "R")
        let sentence = "if it is still the head of dcos; otherwise the head is deployed, last seen at a1b2c3d."
        #expect(dashboard.state.dialog?.question.hasSuffix(sentence) == true)
    }

    @Test("accepting another repository states its consequence, and its alert names the key that is permitted")
    func otherRepository() {
        var snapshot = Sample.snapshot
        snapshot.engine.otherRepositoryID = 4711
        snapshot.engine.problem = "If it was created again on purpose, run 'observer accept-repository'; otherwise not."
        var dashboard = TestDashboard(snapshot: snapshot)
        let alert = Alert.all(in: dashboard.state).first?.sentence
        #expect(alert == "If it was created again on purpose, press I; otherwise not.")
        dashboard.press("I")
        #expect(dashboard.state.dialog?.question.hasSuffix("Queued deployments then start.") == true)
        dashboard.press(.escape)
        dashboard.happen(.identified(Sample.reader))
        #expect(Alert.all(in: dashboard.state).first?.sentence == snapshot.engine.problem)
    }
}
