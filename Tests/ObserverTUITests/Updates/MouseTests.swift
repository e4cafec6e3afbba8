import ObserverEngine
import Testing

@testable import ObserverTUI

@Suite("Mouse")
struct MouseTests {
    @Test("a click on a key of the key bar presses it")
    func keyBar() {
        var dashboard = TestDashboard()
        dashboard.click("P pause")
        #expect(dashboard.state.pauseForm != nil)
        dashboard.press(.escape)
        dashboard.press("z")
        dashboard.click("q back")
        #expect(!dashboard.state.isZoomed)
    }

    @Test("a click on a tab shows its pane", arguments: [(80, 24), (40, 10)])
    func tabs(size: (Int, Int)) {
        var dashboard = TestDashboard(size.0, size.1)
        dashboard.click(size.0 == 80 ? "2 Deployments" : "2 3 4")
        #expect(dashboard.state.focus == .deployments)
    }

    @Test("a click on a button answers the question, but not before the operator could read it")
    func buttons() {
        var dashboard = TestDashboard()
        dashboard.press("D")
        dashboard.click("[ Deploy ]")
        #expect(dashboard.state.dialog != nil)
        dashboard.pass(1)
        dashboard.click("[ No ]")
        #expect(dashboard.state.dialog == nil && dashboard.takeEffects() == [.loadPlan(nil)])
        dashboard.press("D")
        dashboard.pass(1)
        dashboard.click("[ Deploy ]")
        // The plan that the first dialog requested has not arrived.
        let action = ControlAction.deploy(commit: nil, force: false, seenHead: Sample.deliveries[0].commit)
        #expect(dashboard.takeEffects() == [.perform(action)])
    }

    @Test("a click does not replace the word that a removal requires")
    func requiredWord() {
        var dashboard = TestDashboard()
        dashboard.press("X")
        dashboard.pass(1)
        dashboard.click("[ Remove ]")
        #expect(dashboard.state.dialog != nil && dashboard.takeEffects() == [])
    }

    @Test("a double click opens a row; two clicks do not")
    func doubleClick() {
        var dashboard = TestDashboard()
        dashboard.click("Fix typo")
        dashboard.pass(1)
        dashboard.click("Fix typo")
        #expect(dashboard.state.detail == nil)
        dashboard.pass(0.2)
        dashboard.click("Fix typo")
        #expect(dashboard.state.detail?.subject == .delivery(5))
    }

    @Test("a click in the help selects a key, and another one runs it")
    func help() {
        var dashboard = TestDashboard(140, 30)
        dashboard.press("?")
        dashboard.click("Wrap or cut")
        #expect(dashboard.state.menu != nil)
        dashboard.click("Wrap or cut")
        #expect(dashboard.state.menu == nil && !dashboard.state.wraps)
    }
}

extension TestDashboard {
    /// Clicks on the first place where the screen shows the text.
    fileprivate mutating func click(_ text: String) {
        for (row, line) in screen.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard let range = line.firstRange(of: text) else { continue }
            let column = line.distance(from: line.startIndex, to: range.lowerBound)
            return happen(.mouse(MouseEvent(gesture: .click, column: column, row: row)))
        }
        Issue.record("\(text) is not on the screen:\n\(screen)")
    }
}
