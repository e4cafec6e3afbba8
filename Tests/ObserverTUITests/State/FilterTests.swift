import Testing

@testable import ObserverTUI

@Suite("Filtering and searching")
struct FilterTests {
    @Test("typing narrows the list at once, Enter keeps that, Esc takes it back")
    func narrowing() {
        var story = Story()
        story.press("/")
        story.type("TYPO")
        #expect(story.state.deliveryListing.count == 1)
        #expect(story.state.deliveries.selected == 5)
        story.press(.enter)
        #expect(story.screen.contains("/TYPO"))
        #expect(story.screen.contains("1 of 128"))
        story.press(.escape)
        #expect(story.state.deliveryListing.count == 7)
        #expect(story.state.deliveries.selected == 5)
        story.press("/")
        story.type("zzz")
        #expect(story.screen.contains("No delivery contains \"zzz\""))
        story.press(.escape)
        #expect(story.state.deliveryListing.count == 7)
    }

    @Test("keys of the key map are text while it is typed")
    func typing() {
        var story = Story()
        story.press("/")
        story.type("qXD")
        #expect(story.state.prompt?.text == "qXD")
        #expect(story.state.dialog == nil)
    }

    @Test("n and N go to the rows that contain it, around the end")
    func jumping() {
        var story = Story()
        story.press("/")
        story.type("push")
        story.press(.enter, .escape, "g", "n", "n", "n")
        #expect(story.state.deliveries.selected == -1)
        story.press("N", "N", "N", "N")
        #expect(story.state.deliveries.selected == 1)
    }

    @Test("in a text it goes to the line")
    func detail() {
        var story = Story(80, 10)
        story.press(.enter)
        story.press("/")
        story.type("verdict")
        story.press(.enter)
        #expect(story.screen.contains("verdict"))
        #expect(story.canvas.cells.contains { $0.style.isMatch })
    }

    @Test("pasted text is never taken as keys")
    func pasting() {
        var story = Story()
        story.happen(.pasted("Dy\nq"))
        #expect(story.takeEffects() == [])
        #expect(story.state.dialog == nil)
        story.press("/")
        story.happen(.pasted("typo\n"))
        #expect(story.state.prompt?.text == "typo")
    }
}
