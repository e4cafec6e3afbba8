import Foundation
import ObserverEngine
import Testing

@testable import ObserverTUI

@Suite("The first line of a narrow terminal")
struct NarrowStatusLineTests {
    private func header(_ columns: Int, _ change: (inout ControlSnapshot) -> Void = { _ in }) -> String {
        var snapshot = Sample.snapshot
        (snapshot.deployments[0].stage, snapshot.deployments[0].wait) = (.queued, nil)
        change(&snapshot)
        return TestDashboard(columns, 10, snapshot: snapshot).canvas.line(0)
    }

    @Test("what runs and what is being done matter more than the name, the connection and the clock")
    func commits() {
        #expect(header(60).contains(" dcos   runs 77e0f12 since 18:39   ○ a1b2c3d queued"), "\(header(60))")
        #expect(header(40).hasPrefix(" dcos   runs 77e0f12   ○ a1b2c3d queued"), "\(header(40))")
        #expect(header(24).hasPrefix(" 77e0f12   ○ a1b2c3d "), "\(header(24))")
        #expect(header(20).hasPrefix(" dcos   77e0f12 "), "\(header(20))")
        for columns in [20, 24] {
            let header = header(columns) { $0.deployments.removeFirst() }
            #expect(header.hasPrefix(" dcos   ") && header.contains("77e0f12"), "\(header)")
        }
    }

    @Test("that a commit was only seen earlier stays, also where little else fits")
    func lastSeen() {
        for columns in [20, 24, 40, 60, 80] {
            let header = header(columns) { $0.apps?.problem = "Marathon does not respond" }
            #expect(header.contains("last seen 77e0f12"), "\(header)")
            #expect(columns < 40 || header.contains("○ a1b2c3d queued"), "\(header)")
        }
    }

    @Test("while deployments are paused, the running commit stays")
    func paused() {
        for columns in [40, 60, 80] {
            let header = header(columns) { snapshot in
                snapshot.engine.isPaused = true
                snapshot.engine.pause = PauseSummary(since: Sample.ago(600), until: Sample.now + 7200)
            }
            #expect(header.contains("77e0f12") && header.contains("○ a1b2c3d queued"), "\(header)")
            #expect(columns < 60 || header.contains("paused"), "\(header)")
        }
    }

    @Test("while the connection is lost, this and the running commit stay", arguments: [20, 24, 40, 60, 80])
    func lost(columns: Int) {
        var dashboard = TestDashboard(columns, 10)
        dashboard.happen(.connectionLost(reason: "refused", retryAt: Sample.now + 5))
        let header = dashboard.canvas.line(0)
        #expect(header.contains("✗ lost") && header.contains("a1b2c3d"), "\(header)")
    }
}
