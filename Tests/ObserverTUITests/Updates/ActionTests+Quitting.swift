import Foundation
import ObserverEngine
import Testing

@testable import ObserverTUI

/// Leaving the dashboard, for good or for a while.
extension ActionTests {
    @Test("q closes the current view, then quits; Esc never quits; an observer in this process needs confirmation")
    func quitting() {
        var attached = TestDashboard()
        attached.press(.enter, "q", "z", "q", .escape, .escape)
        #expect(!attached.takeEffects().contains(.quit))
        attached.press("q")
        #expect(attached.takeEffects() == [.quit])

        var own = TestDashboard(owner: .thisProcess(socket: "/run/observer.sock"))
        own.press("q")
        #expect(own.takeEffects() == [])
        #expect(own.screen.contains("The observer runs in this process and stops with it"))
        own.pass(1)
        own.press("y")
        #expect(own.takeEffects() == [.quit])
    }

    @Test("quitting shows which actions it waits for")
    func waiting() {
        var dashboard = TestDashboard()
        dashboard.press("p", "r", "q")
        #expect(dashboard.screen.contains("Waiting for the response to observer ping, observer register."))
        #expect(dashboard.takeEffects().last == .quit)
    }

    @Test("Ctrl-C quits from any view, and Ctrl-C twice at once")
    func interrupting() {
        var own = TestDashboard(owner: .thisProcess(socket: "/run/observer.sock"))
        own.press(.enter, .control("c"))
        #expect(own.takeEffects().allSatisfy { $0 != .quit })
        own.press(.control("c"))
        #expect(own.takeEffects() == [.quit])
    }

    @Test("Ctrl-Z suspends an attached dashboard at once, and asks before it suspends the observer of this process")
    func suspending() {
        var attached = TestDashboard()
        attached.press(.control("z"))
        #expect(attached.takeEffects() == [.suspend])
        var own = TestDashboard(owner: .thisProcess(socket: "/run/observer.sock"))
        own.press(.control("z"))
        #expect(own.takeEffects() == [])
        #expect(own.screen.contains("Until you type fg, pushes to dcos are not received."))
        own.pass(1)
        own.press("y")
        #expect(own.takeEffects() == [.suspend])
    }
}
