import Foundation
import ObserverEngine
import Testing

@testable import ObserverTUI

@Suite("Frame expiry")
struct ExpiryTests {
    @Test("the screen changes at the expiry of a frame, and not before")
    func exact() throws {
        var dashboard = TestDashboard()
        for _ in 0..<30 {
            let canvas = dashboard.canvas
            let expiry = try #require(canvas.expiry)
            #expect(expiry > dashboard.now)
            dashboard.now = expiry - 0.001
            dashboard.happen(.clockTicked)
            #expect(dashboard.canvas.cells == canvas.cells)
            dashboard.now = expiry + 0.001
            dashboard.happen(.clockTicked)
        }
    }

    @Test("an idle dashboard redraws at most about once a minute")
    func idle() throws {
        var snapshot = Sample.snapshot
        snapshot.deployments.removeFirst()
        snapshot.hook.nextReviewAt = nil
        var dashboard = TestDashboard(snapshot: snapshot)
        // Until then, ages are shown to the second or to ten seconds.
        dashboard.pass(600)
        var ticks = 0
        let start = dashboard.now
        while let expiry = dashboard.canvas.expiry, expiry < start + 600 {
            dashboard.now = expiry + 0.001
            dashboard.happen(.clockTicked)
            ticks += 1
        }
        #expect(ticks < 80)
    }

    @Test("a terminal that is too small needs no redraws")
    func tooSmall() {
        #expect(TestDashboard(19, 4).canvas.expiry == nil)
    }
}
