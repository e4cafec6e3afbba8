import ObserverEngine
import Testing

@testable import ObserverTUI

@Suite("Health of GitHub and Marathon")
struct HealthTests {
    @Test("the first pane shows whether GitHub and Marathon answer")
    func reachable() {
        let screen = TestDashboard().screen
        #expect(screen.contains("● GitHub 4,870 left   ● Marathon"))
    }

    @Test(
        "the address stays complete, and the facts stay, while the next review comes closer",
        arguments: [100, 120, 140])
    func countdown(columns: Int) {
        var snapshot = Sample.snapshot
        for seconds in [170.0, 59, 12, 9, -1] {
            snapshot.hook.nextReviewAt = Sample.ago(-seconds)
            let screen = TestDashboard(columns, 40, snapshot: snapshot).screen
            #expect(screen.contains("http://52.37.239.156:8849/dploy   #8321735   last 202, 2m ago"), "\(screen)")
            #expect(screen.contains(seconds < 0 ? "review now" : "review in") == (columns != 120), "\(screen)")
        }
    }

    @Test("a service that does not respond is shown in every size, with the reason", arguments: [(120, 40), (80, 24)])
    func unreachable(size: (Int, Int)) {
        var snapshot = Sample.snapshot
        _ = snapshot.engine.target?.note(.failed(reason: "connection refused"), at: Sample.now)
        let screen = TestDashboard(size.0, size.1, snapshot: snapshot).screen
        #expect(screen.contains("✗ Marathon"))
        #expect(screen.contains("! Marathon does not respond: connection refused, since 18:44."))
        #expect(!screen.contains("● live"))
    }

    @Test("the time since when a service does not respond is left out where it needs another line")
    func since() {
        let alert = Alert(ink: .bad, sentence: "It does not respond.", longer: "It does not respond, since 18:44.")
        let strings = { (columns: Int) in Alert.lines(of: [alert], columns: columns, rows: 2).map(\.string) }
        #expect(strings(40) == ["! It does not respond, since 18:44."])
        #expect(strings(30) == ["! It does not respond."])
    }

    @Test("the requests left are not shown while GitHub does not respond")
    func rateLimit() {
        var snapshot = Sample.snapshot
        _ = snapshot.engine.gitHub.note(.failed(reason: "connection refused"), at: Sample.now)
        let screen = TestDashboard(snapshot: snapshot).screen
        #expect(screen.contains("✗ GitHub   ● Marathon") && !screen.contains("4,870"), "\(screen)")
    }

    @Test("a deployment that waits for a service shows it")
    func trouble() {
        var snapshot = Sample.snapshot
        snapshot.deployments[0].trouble = "Marathon does not respond: 503"
        #expect(TestDashboard(snapshot: snapshot).screen.contains("Marathon does not respond: 503"))
    }
}
