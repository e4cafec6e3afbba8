import Foundation
import ObserverEngine
import Testing

@testable import ObserverTUI

@Suite("A picture knows when it is no longer true")
struct ExpiryTests {
    @Test("nothing changes on the screen before, and something does then")
    func exact() throws {
        var story = Story()
        for _ in 0..<30 {
            let canvas = story.canvas
            let expiry = try #require(canvas.expiry)
            #expect(expiry > story.now)
            story.now = expiry - 0.001
            story.happen(.clockTicked)
            #expect(story.canvas.cells == canvas.cells)
            story.now = expiry + 0.001
            story.happen(.clockTicked)
        }
    }

    @Test("while nothing is under way, once a minute is enough")
    func idle() throws {
        var snapshot = Sample.snapshot
        snapshot.deployments.removeFirst()
        snapshot.hook.nextReviewAt = nil
        var story = Story(snapshot: snapshot)
        var ticks = 0
        let start = story.now
        while let expiry = story.canvas.expiry, expiry < start + 600 {
            story.now = expiry + 0.001
            story.happen(.clockTicked)
            ticks += 1
        }
        #expect(ticks < 80)
    }

    @Test("what is too small to show a time needs no clock")
    func tooSmall() {
        #expect(Story(19, 4).canvas.expiry == nil)
    }
}
