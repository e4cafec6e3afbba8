import Foundation
import ObserverEngine
import Testing

@testable import ObserverTUI

@Suite("Actions")
struct ActionTests {
    @Test(
        "a repeatable action runs at once",
        arguments: [("r", .register), ("p", .ping)] as [(Key, ControlAction)])
    func immediate(key: Key, action: ControlAction) {
        var dashboard = TestDashboard()
        dashboard.press(key)
        #expect(dashboard.takeEffects() == [.perform(action)])
        dashboard.happen(.answered(action, .success("Done.")))
        #expect(dashboard.screen.contains("Done."))
        dashboard.pass(7)
        #expect(!dashboard.screen.contains("Done."))
    }

    @Test(
        "an action that can't be undone needs confirmation, \"no\" has the focus, and early keys are ignored",
        arguments: [
            ("D", [ControlAction.deploy(commit: nil, force: false, seenHead: Sample.deliveries[0].commit)]),
            ("c", [.cancel(deployment: 41)]),
            ("R", [.replay(delivery: 6)]),
        ] as [(Key, [ControlAction])])
    func confirmation(key: Key, actions: [ControlAction]) {
        var dashboard = TestDashboard()
        dashboard.press(key, "y")
        #expect(dashboard.state.dialog != nil)
        dashboard.pass(0.29)
        dashboard.press(.enter)
        #expect(dashboard.state.dialog != nil)
        dashboard.pass(0.02)
        dashboard.press(.enter)
        #expect(dashboard.state.dialog == nil)
        #expect(dashboard.performed() == [])
        dashboard.press(key)
        dashboard.pass(0.31)
        dashboard.press(.tab, .enter)
        #expect(dashboard.performed() == actions)
    }

    @Test("the URL of a commit is at the GitHub of the observer")
    func enterpriseURL() {
        var snapshot = Sample.snapshot
        snapshot.engine.webURL = "https://ghe.corp"
        var dashboard = TestDashboard(snapshot: snapshot)
        dashboard.press("j", "Y")
        #expect(
            dashboard.takeEffects().contains(
                .copy("https://ghe.corp/octo/site/commit/77e0f1234567890abcdef1234567890abcdef123")))
    }

    @Test("an unavailable action shows the reason")
    func refusals() {
        var snapshot = Sample.snapshot
        snapshot.deployments.removeFirst()
        snapshot.apps?.apps.removeAll { $0.drift != nil }
        var dashboard = TestDashboard(snapshot: snapshot)
        dashboard.press("2", "j", "k", "B")
        #expect(dashboard.screen.contains("77e0f12 is already running; select an earlier deployment."))
        dashboard.press("j", "B")
        #expect(dashboard.screen.contains("3bd9e00 did not succeed; select a successful deployment."))
        dashboard.press("1", "g", "j", "j", "j", "j", "R")
        #expect(dashboard.screen.contains("Rejected deliveries are not stored"))
        dashboard.press("o")
        #expect(dashboard.screen.contains("No action to copy yet."))
        #expect(dashboard.takeEffects().allSatisfy { if case .perform = $0 { false } else { true } })
        dashboard.press("?", "/")
        dashboard.type("replay")
        dashboard.press(.enter)
        #expect(dashboard.screen.contains("Replay the selected delivery. Unavailable: Rejected deliveries"))
    }

    @Test("y, Y and o copy the commit, the URL and the last command line")
    func copying() {
        var dashboard = TestDashboard()
        dashboard.press("j", "y", "Y", "r", "o")
        #expect(
            dashboard.takeEffects().filter { if case .copy = $0 { true } else { false } } == [
                .copy("77e0f1234567890abcdef1234567890abcdef123"),
                .copy("https://github.com/octo/site/commit/77e0f1234567890abcdef1234567890abcdef123"),
                .copy("observer register -url http://dcos-1:8849"),
            ])
    }

    @Test("only a delivery that deploys something can be replayed")
    func replay() {
        var dashboard = TestDashboard()
        for (row, reason) in [(2, "main is not dcos"), (3, "A ping deploys nothing"), (4, "are not stored")] {
            dashboard.press("g")
            for _ in 0..<row { dashboard.press("j") }
            dashboard.press("R")
            #expect(dashboard.state.dialog == nil)
            #expect(dashboard.screen.contains(reason))
        }
    }

    @Test(
        "the command line of an action reaches the same observer from anywhere",
        arguments: [
            (.thisProcess(socket: "/run/observer.sock"), " -socket /run/observer.sock"),
            (.elsewhere(address: "/run/observer/control.sock"), " -socket /run/observer/control.sock"),
            (.elsewhere(address: "/tmp/it's here/control.sock"), #" -socket '/tmp/it'\''s here/control.sock'"#),
        ] as [(EngineOwner, String)])
    func commandLine(owner: EngineOwner, flag: String) {
        #expect(owner.commandLineFlag == flag)
    }
}
