import ObserverEngine
import Testing

@testable import ObserverTUI

@Suite("Log pane")
struct LogPaneTests {
    @Test("shows the running deployment until another one is selected")
    func source() {
        var dashboard = TestDashboard()
        #expect(dashboard.state.logSubject == .deployment(41))
        dashboard.press("2", "j", "j")
        #expect(dashboard.state.logSubject == .deployment(39))
        let loads = dashboard.takeEffects().filter { if case .loadLog = $0 { true } else { false } }
        #expect(loads == [.loadLog(deployment: 40), .loadLog(deployment: 39)])
        dashboard.press("F")
        #expect(dashboard.state.logSubject == .deployment(41))
        dashboard.press("e")
        #expect(dashboard.screen.contains("rejected    The signature of a delivery does"))
    }

    @Test("keeps the log of a selected deployment when another one starts")
    func selectedSource() {
        var dashboard = TestDashboard()
        dashboard.press("2", "j", "k")
        var next = Sample.deployments[0]
        next.id = 42
        dashboard.happen(.control(.deployment(next)))
        #expect(dashboard.state.logSubject == .deployment(41))
        dashboard.press("F")
        #expect(dashboard.state.logSubject == .deployment(42))
    }

    @Test("scrolling up stops following, new lines do not scroll, and G follows again")
    func following() {
        var dashboard = TestDashboard(120, 24)
        add(5...40, to: &dashboard)
        dashboard.press("4", "k", "k", "k")
        #expect(!dashboard.state.log.isFollowing)
        let selected = dashboard.state.log.selected
        let before = dashboard.screen
        add(41...60, to: &dashboard)
        #expect(dashboard.state.log.selected == selected)
        #expect(lines(before).count > 3, "\(before)")
        #expect(lines(dashboard.screen) == lines(before))
        dashboard.press("G")
        #expect(dashboard.state.log.isFollowing)
        #expect(dashboard.screen.contains("line 60"))
    }

    @Test("a log that someone scrolls stays when another deployment starts, and G at its end follows the newest again")
    func scrolledSource() {
        var dashboard = TestDashboard(120, 24)
        add(5...40, to: &dashboard)
        dashboard.press("4", "k", "k")
        var next = Sample.deployments[0]
        next.id = 42
        dashboard.happen(.control(.deployment(next)))
        #expect(dashboard.state.logSubject == .deployment(41))
        #expect(!dashboard.state.log.isFollowing)
        dashboard.press("F")
        #expect(dashboard.state.logSubject == .deployment(42))
        dashboard = TestDashboard(120, 24)
        add(5...40, to: &dashboard)
        dashboard.press("4", "k", "G")
        dashboard.happen(.control(.deployment(next)))
        #expect(dashboard.state.logSubject == .deployment(42))
    }

    @Test("does not show lines twice that arrived before the log was loaded")
    func overlap() {
        var dashboard = TestDashboard(snapshot: Sample.snapshot)
        add(5...6, to: &dashboard)
        dashboard.happen(.logLoaded(41, .success(Sample.deploymentLog + [Sample.line(5, 0, "waiting", "line 5")])))
        #expect(dashboard.state.logLines.map(\.sequence) == [1, 2, 3, 4, 5, 6])
    }

    @Test("a line that is taller than the pane is scrolled through, and its end is not lost")
    func tallLine() {
        var dashboard = TestDashboard(80, 24)
        let text = (1...120).map { "word\($0)" }.joined(separator: " ")
        dashboard.happen(.control(.log(Sample.line(5, 0, "waiting", text))))
        dashboard.happen(.control(.log(Sample.line(6, 0, "failed", "the last line"))))
        #expect(dashboard.screen.contains("word120") && dashboard.screen.contains("the last line"))
        dashboard.press("4", "k")
        #expect(dashboard.screen.contains("word120"))
        var seen: Set<String> = []
        for _ in 1...40 {
            dashboard.press("k")
            for number in 1...120 where dashboard.screen.contains("word\(number) ") { seen.insert("word\(number)") }
        }
        #expect(seen.count >= 118)
        #expect(dashboard.screen.contains("fetched"))
        for _ in 1...60 { dashboard.press("j") }
        #expect(dashboard.screen.contains("the last line"))
    }

    @Test("cuts long lines on request, and shows a notice")
    func wrapping() {
        var dashboard = TestDashboard(80, 24)
        let text = (1...30).map { "word\($0)" }.joined(separator: " ")
        dashboard.happen(.control(.log(Sample.line(5, 0, "waiting", text))))
        #expect(dashboard.screen.contains("word30"))
        dashboard.press("w")
        #expect(!dashboard.screen.contains("word30"))
        #expect(dashboard.screen.contains("Long lines are cut"))
    }

    @Test("shows why a log can't be read, and requests it again after reconnecting")
    func failure() {
        var dashboard = TestDashboard()
        dashboard.press("2", "j")
        dashboard.happen(.logLoaded(40, .failure(ControlRefusal(sentence: "the disk is gone"))))
        #expect(dashboard.screen.contains("Could not read the log: the disk is gone"))
        _ = dashboard.takeEffects()
        dashboard.happen(.control(.snapshot(Sample.snapshot)))
        #expect(dashboard.takeEffects() == [.loadLog(deployment: 40)])
    }

    @Test("a deployment ID that is longer than a line is cut in the middle")
    func deploymentID() {
        #expect(TestDashboard().screen.contains("9f1c2d33…456789ab, step 1 of 2"))
        #expect(TestDashboard(80, 24).screen.contains("9f1c2d33-6a5e-4c7b-9d1e-0123456789ab, step 1 of 2"))
    }

    private func add(_ sequences: ClosedRange<Int64>, to dashboard: inout TestDashboard) {
        for sequence in sequences {
            dashboard.happen(.control(.log(Sample.line(sequence, 0, "waiting", "line \(sequence)"))))
        }
    }

    private func lines(_ screen: String) -> [Substring] {
        screen.split(separator: "\n").filter { $0.contains(#/waiting +line \d/#) }
    }
}
