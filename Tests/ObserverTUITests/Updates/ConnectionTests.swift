import Foundation
import ObserverEngine
import Testing

@testable import ObserverTUI

@Suite("Losing the connection")
struct ConnectionTests {
    @Test("dims the content, counts down in the status line, and rejects actions with the reason")
    func lost() {
        var dashboard = TestDashboard()
        dashboard.happen(.connectionLost(reason: "connection refused", retryAt: dashboard.now + 8))
        #expect(dashboard.screen.contains("Make the buttons bigger".prefix(16)))
        #expect(dashboard.screen.contains("next try in 8 s"))
        #expect(dashboard.screen.contains("Connection lost: connection refused"))
        let body = dashboard.state.layout.body
        for row in body.row..<body.endRow {
            #expect(dashboard.canvas.row(row).allSatisfy { $0.style.ink == .secondary })
        }
        dashboard.pass(5.5)
        #expect(dashboard.screen.contains("next try in 3 s"))
        _ = dashboard.takeEffects()
        dashboard.press("r", "D")
        #expect(dashboard.takeEffects() == [])
        #expect(dashboard.screen.contains("Not connected to the observer."))
    }

    @Test("a dialog that was open does nothing while disconnected")
    func dialog() {
        var dashboard = TestDashboard()
        dashboard.press("D")
        dashboard.pass(1)
        _ = dashboard.takeEffects()
        dashboard.happen(.connectionLost(reason: "gone", retryAt: dashboard.now + 8))
        dashboard.press("y")
        #expect(dashboard.takeEffects() == [])
        #expect(dashboard.screen.contains("Not connected to the observer."))
    }

    @Test("reports the changes after reconnecting")
    func back() {
        var dashboard = TestDashboard()
        dashboard.happen(.connectionLost(reason: "gone", retryAt: dashboard.now + 1))
        dashboard.pass(65)
        dashboard.happen(.connectionLost(reason: "gone", retryAt: dashboard.now + 1))
        dashboard.pass(65)
        var snapshot = Sample.snapshot
        snapshot.deployments[0].stage = .failed
        snapshot.deployments.insert(Sample.finished(42, "cafe", "More", .succeeded, 1, took: 1), at: 0)
        snapshot.deliveries.insert(Sample.delivery(7, 1, "More"), at: 0)
        snapshot.deliveryCount += 1
        dashboard.happen(.control(.snapshot(snapshot)))
        #expect(dashboard.screen.contains("Reconnected after 2m 10s: 1 delivery, 1 deployed, 1 failed."))
        #expect(dashboard.screen.contains("connected   "))
    }

    @Test("rows of a database that was recreated replace the old ones, even with the same IDs")
    func recreated() {
        var dashboard = TestDashboard()
        dashboard.press("2", "j", "j")
        var snapshot = Sample.snapshot
        snapshot.deliveries = [Sample.delivery(2, 0, commit: "cafe", "New"), Sample.deliveries[4]]
        snapshot.deliveryCount = 2
        snapshot.deployments = [Sample.finished(39, "cafe", "New", .succeeded, 1, took: 1)]
        dashboard.happen(.control(.snapshot(snapshot)))
        #expect(dashboard.state.mirror?.deliveries.rows.map(\.id) == [2, -1])
        dashboard.happen(.control(.delivery(Sample.delivery(3, 0, "Newer"))))
        #expect(dashboard.state.mirror?.deliveries.rows.map(\.id) == [3, 2, -1])
        #expect(!dashboard.state.deployments.isChosen)
    }

    @Test("older rows stay after a snapshot of the same database")
    func sameDatabase() {
        var dashboard = TestDashboard()
        dashboard.press("2", "j", "j")
        var snapshot = Sample.snapshot
        snapshot.deliveries = Array(Sample.deliveries.prefix(2))
        dashboard.happen(.control(.snapshot(snapshot)))
        #expect(dashboard.state.mirror?.deliveries.rows.count == 7)
        #expect(dashboard.state.deployments.selected == 39)
    }

    @Test("where a lost connection's reason is too long, the address is left out")
    func longReason() {
        var dashboard = TestDashboard(100, 30)
        let reason =
            "The observer at http://dcos-1:8849 rejected the token. Set DPLOY_OBSERVER_TOKEN to one of its tokens."
        dashboard.happen(.connectionLost(reason: reason, retryAt: dashboard.now + 8))
        #expect(dashboard.screen.contains("Connection lost: The observer rejected the token. Set DPLOY_OBSERVER_TOKEN"))
    }

    @Test("any event after a lost stream means that the connection is live")
    func resumed() {
        for event in [ControlEvent.engine(Sample.engine), .hook(Sample.hook), .log(Sample.engineLog[0])] {
            var dashboard = TestDashboard()
            dashboard.happen(.connectionLost(reason: "gone", retryAt: dashboard.now + 1))
            dashboard.pass(65)
            dashboard.happen(.control(event))
            #expect(dashboard.screen.contains("connected   "))
            #expect(dashboard.screen.contains("Reconnected after 1m 5s."))
            dashboard.press("r")
            #expect(dashboard.takeEffects().contains(.perform(.register)))
        }
    }

    @Test("a log that failed to load while disconnected is requested again")
    func failedLog() {
        var dashboard = TestDashboard()
        dashboard.press("j")
        dashboard.happen(.connectionLost(reason: "gone", retryAt: dashboard.now + 1))
        dashboard.happen(.logLoaded(40, .failure(ControlRefusal(sentence: "gone"))))
        _ = dashboard.takeEffects()
        dashboard.happen(.control(.engine(Sample.engine)))
        #expect(dashboard.takeEffects() == [.loadLog(deployment: 40)])
    }

    @Test("reports a restart of the observer")
    func restart() {
        var dashboard = TestDashboard()
        dashboard.happen(.connectionLost(reason: "gone", retryAt: dashboard.now + 1))
        var snapshot = Sample.snapshot
        snapshot.engine.instance = "second"
        dashboard.happen(.control(.snapshot(snapshot)))
        #expect(dashboard.screen.contains("Reconnected after 0 s: observer restarted."))
    }

    @Test("a frozen display does not change while events arrive")
    func frozen() {
        var dashboard = TestDashboard()
        dashboard.press(" ")
        let before = dashboard.screen
        #expect(before.contains("frozen"))
        for id in 50...52 { dashboard.happen(.control(.delivery(Sample.delivery(Int64(id), 0, "Unseen \(id)")))) }
        #expect(!dashboard.screen.contains("Unseen"))
        #expect(dashboard.screen.contains("frozen, 3 new"))
        dashboard.press(" ")
        #expect(dashboard.screen.contains("Unseen 52"))
        #expect(!dashboard.screen.contains("frozen"))
    }

    @Test("memory is bounded during a flood of deliveries")
    func flood() {
        var dashboard = TestDashboard()
        for id in 100..<10_000 { dashboard.happen(.control(.delivery(Sample.delivery(Int64(id), 0, "x")))) }
        #expect((dashboard.state.mirror?.deliveries.rows.count ?? 0) <= 4500)
        #expect(dashboard.state.mirror?.deliveries.total == 128 + 9900)
    }
}
