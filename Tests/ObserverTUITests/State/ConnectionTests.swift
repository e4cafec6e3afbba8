import Foundation
import ObserverEngine
import Testing

@testable import ObserverTUI

@Suite("When the engine goes away")
struct ConnectionTests {
    @Test("the content stays, dimmed; the status line counts down; actions are refused with the reason")
    func lost() {
        var story = Story()
        story.happen(.connectionLost(reason: "connection refused", retryAt: story.now + 8))
        #expect(story.screen.contains("Make the buttons bigger".prefix(16)))
        #expect(story.screen.contains("next try in 8 s"))
        #expect(story.screen.contains("Connection lost: connection refused"))
        let body = story.state.layout.body
        for row in body.row..<body.endRow {
            #expect(story.canvas.row(row).allSatisfy { $0.style.ink == .secondary })
        }
        story.pass(5.5)
        #expect(story.screen.contains("next try in 3 s"))
        _ = story.takeEffects()
        story.press("r", "D")
        #expect(story.takeEffects() == [])
        #expect(story.screen.contains("Not connected to the engine"))
    }

    @Test("a dialog that was open when it went away does nothing any more")
    func dialog() {
        var story = Story()
        story.press("D")
        story.pass(1)
        story.happen(.connectionLost(reason: "gone", retryAt: story.now + 8))
        story.press("y")
        #expect(story.takeEffects() == [])
        #expect(story.screen.contains("Not connected to the engine"))
    }

    @Test("on return it says what happened meanwhile")
    func back() {
        var story = Story()
        story.happen(.connectionLost(reason: "gone", retryAt: story.now + 1))
        story.pass(65)
        story.happen(.connectionLost(reason: "gone", retryAt: story.now + 1))
        story.pass(65)
        var snapshot = Sample.snapshot
        snapshot.deployments[0].stage = .failed
        snapshot.deployments.insert(Sample.finished(42, "cafe", "More", .succeeded, 1, took: 1), at: 0)
        snapshot.deliveries.insert(Sample.delivery(7, 1, "More"), at: 0)
        snapshot.deliveryCount += 1
        story.happen(.control(.snapshot(snapshot)))
        #expect(story.screen.contains("Back after 2m 10s: 1 delivery, 1 deployed, 1 failed."))
        #expect(story.screen.contains("● live"))
    }

    @Test("a restart of the engine is noticed")
    func restart() {
        var story = Story()
        story.happen(.connectionLost(reason: "gone", retryAt: story.now + 1))
        var snapshot = Sample.snapshot
        snapshot.engine.instance = "second"
        story.happen(.control(.snapshot(snapshot)))
        #expect(story.screen.contains("Back after 0 s: the engine was restarted."))
    }

    @Test("a frozen display stays what it was while everything goes on behind it")
    func frozen() {
        var story = Story()
        story.press(" ")
        let before = story.screen
        #expect(before.contains("frozen"))
        for id in 50...52 { story.happen(.control(.delivery(Sample.delivery(Int64(id), 0, "Unseen \(id)")))) }
        #expect(!story.screen.contains("Unseen"))
        #expect(story.screen.contains("frozen, 3 new"))
        story.press(" ")
        #expect(story.screen.contains("Unseen 52"))
        #expect(!story.screen.contains("frozen"))
    }

    @Test("a flood of deliveries stays bounded")
    func flood() {
        var story = Story()
        for id in 100..<10_000 { story.happen(.control(.delivery(Sample.delivery(Int64(id), 0, "x")))) }
        #expect((story.state.mirror?.deliveries.rows.count ?? 0) <= 4500)
        #expect(story.state.mirror?.deliveries.total == 128 + 9900)
    }
}
