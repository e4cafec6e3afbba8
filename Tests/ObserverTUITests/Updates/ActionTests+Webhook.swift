import Foundation
import ObserverEngine
import Testing

@testable import ObserverTUI

/// Registering, pinging and removing the webhook.
extension ActionTests {
    @Test("removing the webhook needs the word \"remove\"")
    func removal() {
        var dashboard = TestDashboard()
        dashboard.press("X")
        dashboard.pass(1)
        #expect(dashboard.screen.contains("Remove webhook #8321735 from octo/site?"))
        #expect(dashboard.screen.contains("New pushes are"))
        dashboard.type("y")
        #expect(dashboard.state.dialog != nil)
        dashboard.press(.backspace)
        dashboard.type("remov")
        #expect(dashboard.state.dialog?.isYesFocused == false)
        dashboard.type("e")
        #expect(dashboard.state.dialog?.isYesFocused == true)
        dashboard.press(.enter)
        #expect(dashboard.takeEffects() == [.perform(.removeHook(id: 8_321_735))])
        #expect(dashboard.state.lastCommandLine == "observer reset -url http://dcos-1:8849")
    }

    @Test("a wrong word does not remove the webhook, and the dialog shows it")
    func wrongWord() {
        var dashboard = TestDashboard()
        dashboard.press("X")
        dashboard.pass(1)
        dashboard.type("remov")
        dashboard.press(.enter)
        #expect(dashboard.takeEffects() == [])
        #expect(dashboard.screen.contains("\"remov\" is not \"remove\"."))
        dashboard.type("remove")
        dashboard.press(.enter)
        #expect(dashboard.takeEffects() == [.perform(.removeHook(id: 8_321_735))])
    }

    @Test("the question about the webhook states how pushes are found without it")
    func withoutPolling() {
        var snapshot = Sample.snapshot
        snapshot.engine.pollSeconds = 0
        var dashboard = TestDashboard(snapshot: snapshot)
        dashboard.press("X")
        #expect(dashboard.screen.contains("polling is off"))
        #expect(!dashboard.screen.contains("only found by polling"))
    }

    @Test("no ping is requested while GitHub rejects the token")
    func pingWithoutToken() {
        var snapshot = Sample.snapshot
        snapshot.engine.authentication = .refused
        var dashboard = TestDashboard(snapshot: snapshot)
        _ = dashboard.takeEffects()
        dashboard.press("p")
        #expect(dashboard.takeEffects() == [])
        #expect(dashboard.screen.contains("GitHub rejects the token"))
    }
}
