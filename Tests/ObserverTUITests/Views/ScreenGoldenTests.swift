import Foundation
import ObserverEngine
import Testing

@testable import ObserverTUI

@Suite("The other screens")
struct ScreenGoldenTests {
    @Test("help, which is the menu of actions too", arguments: [(120, 40), (80, 24), (40, 10)])
    func help(size: (Int, Int)) throws {
        var story = Story(size.0, size.1)
        story.press("?", "j", "j")
        try Golden.expect(story.canvas, matches: "help-\(size.0)x\(size.1)")
    }

    @Test("removing the webhook", arguments: [(120, 40), (80, 24), (40, 10)])
    func removal(size: (Int, Int)) throws {
        var story = Story(size.0, size.1)
        story.press("X")
        story.pass(1)
        story.type("rem")
        try Golden.expect(story.canvas, matches: "remove-\(size.0)x\(size.1)")
    }

    @Test("rolling back")
    func rollback() throws {
        var story = Story(120, 40)
        story.press("2", "G", "B")
        try Golden.expect(story.canvas, matches: "rollback-120x40")
    }

    @Test("a delivery", arguments: [(120, 40), (80, 24)])
    func delivery(size: (Int, Int)) throws {
        var story = Story(size.0, size.1)
        story.press(.enter)
        story.happen(.deliveryLoaded(6, .success(Sample.deliveryDetail)))
        try Golden.expect(story.canvas, matches: "delivery-\(size.0)x\(size.1)")
    }

    @Test("a deployment", arguments: [(120, 40), (80, 24)])
    func deployment(size: (Int, Int)) throws {
        var story = Story(size.0, size.1)
        story.press("2", .enter)
        story.happen(.deploymentLoaded(41, .success(Sample.deploymentDetail)))
        try Golden.expect(story.canvas, matches: "deployment-\(size.0)x\(size.1)")
    }

    @Test("a deployment that failed, with its log")
    func failure() throws {
        var story = Story(120, 40)
        story.press("2", "j", "j")
        story.happen(.logLoaded(39, .success(Sample.failureLog)))
        try Golden.expect(story.canvas, matches: "failed-120x40")
    }

    @Test("the webhook", arguments: [(120, 40), (40, 10)])
    func hook(size: (Int, Int)) throws {
        var story = Story(size.0, size.1)
        story.press("4", "z")
        try Golden.expect(story.canvas, matches: "hook-\(size.0)x\(size.1)")
    }

    @Test("trouble: a problem, a drift, a rollback that holds", arguments: [(120, 40), (80, 24)])
    func trouble(size: (Int, Int)) throws {
        var snapshot = Sample.snapshot
        snapshot.engine.problem =
            "Marathon at http://leader.mesos:8080 does not answer; deployments wait until it does."
        snapshot.engine.heldAt = "1c2d3e4234567890abcdef1234567890abcdef12"
        snapshot.engine.isPaused = true
        snapshot.hook.drift = ["the URL is http://10.0.0.4:8849/dploy"]
        try Golden.expect(Story(size.0, size.1, snapshot: snapshot).canvas, matches: "trouble-\(size.0)x\(size.1)")
    }

    @Test("a lost connection", arguments: [(120, 40), (80, 24)])
    func lost(size: (Int, Int)) throws {
        var story = Story(size.0, size.1)
        story.happen(.connectionLost(reason: "connection refused by dcos-1:8849", retryAt: story.now + 130))
        story.pass(125)
        try Golden.expect(story.canvas, matches: "lost-\(size.0)x\(size.1)")
    }

    @Test("a start with nothing yet", arguments: [(120, 40), (40, 10)])
    func empty(size: (Int, Int)) throws {
        try Golden.expect(
            Story(size.0, size.1, snapshot: Sample.empty).canvas, matches: "empty-\(size.0)x\(size.1)")
    }

    @Test("before the engine has answered")
    func connecting() throws {
        try Golden.expect(Story(80, 24, snapshot: nil).canvas, matches: "connecting-80x24")
    }

    @Test("a commit message that means harm", arguments: Charset.allCases)
    func hostile(charset: Charset) throws {
        let message =
            "\u{1B}[2J\u{1B}]0;gotcha\u{07}\u{202E}evil\u{2066} 漢字 e\u{301}\u{302}\u{303} \u{1F469}\u{200D}\u{1F4BB}\r\nx"
        var snapshot = Sample.snapshot
        snapshot.deliveries[0].message = message
        snapshot.deployments[0].message = message
        snapshot.deployments[2].outcome = message
        var story = Story(120, 40, charset: charset, snapshot: snapshot)
        story.happen(.logLoaded(41, .success([Sample.line(1, 3, "fetched", message)])))
        try Golden.expect(story.canvas, matches: "hostile-120x40-\(charset)")
    }

    @Test("a filter while it is typed")
    func filter() throws {
        var story = Story(80, 24)
        story.press("/")
        story.type("de")
        try Golden.expect(story.canvas, matches: "filter-80x24")
    }

    @Test("one pane on the whole screen, with the times of the clock")
    func zoom() throws {
        var story = Story(120, 40)
        story.press("2", "z", "t")
        try Golden.expect(story.canvas, matches: "zoom-120x40")
    }

    @Test("one list beside the log, with the focus on deployments")
    func deployments() throws {
        var story = Story(80, 24)
        story.press("2")
        try Golden.expect(story.canvas, matches: "deployments-80x24")
    }
}
