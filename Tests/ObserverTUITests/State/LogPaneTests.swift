import ObserverEngine
import Testing

@testable import ObserverTUI

@Suite("The log pane")
struct LogPaneTests {
    @Test("it follows the deployment that is under way until a person selects another")
    func source() {
        var story = Story()
        #expect(story.state.logSubject == .deployment(41))
        story.press("2", "j", "j")
        #expect(story.state.logSubject == .deployment(39))
        let loads = story.takeEffects().filter { if case .loadLog = $0 { true } else { false } }
        #expect(loads == [.loadLog(deployment: 40), .loadLog(deployment: 39)])
        story.press("F")
        #expect(story.state.logSubject == .deployment(41))
        story.press("e")
        #expect(story.screen.contains("A delivery was not signed by us"))
    }

    @Test("the log of a deployment that was selected stays when another one begins")
    func selectedSource() {
        var story = Story()
        story.press("2", "g")
        var next = Sample.deployments[0]
        next.id = 42
        story.happen(.control(.deployment(next)))
        #expect(story.state.logSubject == .deployment(41))
        story.press("F")
        #expect(story.state.logSubject == .deployment(42))
    }

    @Test("scrolling up leaves the end, new lines do not move it, G takes it up again")
    func following() {
        var story = Story(120, 24)
        add(5...40, to: &story)
        story.press("3", "k", "k", "k")
        #expect(!story.state.log.isFollowing)
        let selected = story.state.log.selected
        let before = story.screen
        add(41...60, to: &story)
        #expect(story.state.log.selected == selected)
        #expect(lines(story.screen) == lines(before))
        story.press("G")
        #expect(story.state.log.isFollowing)
        #expect(story.screen.contains("line 60"))
    }

    @Test("lines that came by the stream before the log was read are not shown twice")
    func overlap() {
        var story = Story(snapshot: Sample.snapshot)
        add(5...6, to: &story)
        story.happen(.logLoaded(41, .success(Sample.deploymentLog + [Sample.line(5, 0, "waiting", "line 5")])))
        #expect(story.state.logLines.map(\.sequence) == [1, 2, 3, 4, 5, 6])
    }

    @Test("long lines are wrapped on demand")
    func wrapping() {
        var story = Story(80, 24)
        let text = (1...30).map { "word\($0)" }.joined(separator: " ")
        story.happen(.control(.log(Sample.line(5, 0, "waiting", text))))
        #expect(!story.screen.contains("word30"))
        story.press("w")
        #expect(story.screen.contains("word30"))
    }

    @Test("a log that can't be read says why, and is asked for again after a reconnect")
    func failure() {
        var story = Story()
        story.press("2", "j")
        story.happen(.logLoaded(40, .failure(ControlRefusal(sentence: "the disk is gone"))))
        #expect(story.screen.contains("The log could not be read: the disk is gone"))
        _ = story.takeEffects()
        story.happen(.control(.snapshot(Sample.snapshot)))
        #expect(story.takeEffects() == [.loadLog(deployment: 40)])
    }

    private func add(_ sequences: ClosedRange<Int64>, to story: inout Story) {
        for sequence in sequences {
            story.happen(.control(.log(Sample.line(sequence, 0, "waiting", "line \(sequence)"))))
        }
    }

    private func lines(_ screen: String) -> [Substring] {
        screen.split(separator: "\n").filter { $0.contains("waiting   line") }
    }
}
