import Foundation
import ObserverEngine
import Testing

@testable import ObserverTUI

@Suite("The selection belongs to a row")
struct SelectionTests {
    @Test("new rows never move it to another thing, and a list that was scrolled stands still")
    func arrivals() {
        var story = Story(120, 24, snapshot: Self.long)
        for _ in 0..<30 { story.press("j") }
        let selected = story.state.deliveries.selected
        let rows = { (story: Story) in story.screen.split(separator: "\n").map { $0.prefix(59) }[5...11] }
        let before = rows(story)
        for id in 1000...1005 { story.happen(.control(.delivery(Sample.delivery(Int64(id), 0, "New")))) }
        #expect(story.state.deliveries.selected == selected)
        #expect(rows(story) == before)
    }

    @Test("at the beginning of the list new rows are seen, even when the selected one leaves the screen")
    func top() {
        var story = Story(120, 24)
        for id in 1000...1020 { story.happen(.control(.delivery(Sample.delivery(Int64(id), 0, "New \(id)")))) }
        #expect(story.state.deliveries.selected == 6)
        #expect(story.screen.contains("New 1020"))
        #expect(story.screen.contains("selected ↓16"))
        story.press("j")
        #expect(story.state.deliveries.selected == 5)
        #expect(story.screen.contains("77e0f12"))
    }

    @Test("a smaller terminal shows the newest rows, until a person has gone to another")
    func resize() {
        var story = Story(120, 40, snapshot: Self.long)
        for id in 1000...1010 { story.happen(.control(.delivery(Sample.delivery(Int64(id), 0, "New \(id)")))) }
        story.happen(.resized(Size(columns: 80, rows: 24)))
        #expect(story.screen.contains("New 1010"))
        story.press("j")
        #expect(!story.screen.contains("New 1010"))
        story.happen(.resized(Size(columns: 79, rows: 24)))
        #expect(!story.screen.contains("New 1010"))
    }

    @Test("a row that changes is the same row")
    func change() {
        var story = Story()
        var row = Sample.deployments[0]
        row.stage = .succeeded
        story.happen(.control(.deployment(row)))
        #expect(story.state.shown?.deployments.rows.map(\.id) == [41, 40, 39, 38])
        #expect(story.screen.contains("deployed"))
        #expect(!story.screen.contains("deploying"))
    }

    @Test("a delivery whose deployment was interrupted stands as the one that took it up again")
    func interruption() {
        let row = { (story: Story) in
            story.screen.split(separator: "\n").map { $0.prefix(60) }.first { $0.contains("Make the buttons") } ?? ""
        }
        var story = Story()
        var interrupted = Sample.deployments[0]
        interrupted.stage = .failed
        story.happen(.control(.deployment(interrupted)))
        #expect(row(story).contains("failed"))
        var again = Sample.deployments[0]
        (again.id, again.trigger, again.stage) = (42, .restart, .succeeded)
        story.happen(.control(.deployment(again)))
        #expect(row(story).contains("deployed"))
    }

    @Test("Tab goes along the related rows: from a delivery to its deployment and back")
    func strand() {
        var story = Story()
        story.press("j", .tab)
        #expect(story.state.deployments.selected == 40)
        story.press("j", "1")
        #expect(story.state.deliveries.selected == 2)
    }

    @Test("what belongs to the selected row is marked in the other pane")
    func marks() {
        var story = Story()
        story.press("j")
        let marked = story.screen.split(separator: "\n").filter { $0.contains("┃") }
        #expect(marked.count == 2)
        #expect(marked.allSatisfy { $0.contains("77e0f12") })
    }

    @Test("older rows are asked for near the end of what is known, once")
    func paging() {
        var story = Story()
        story.press("G")
        #expect(story.takeEffects().contains(.loadOlderDeliveries(before: 1)))
        story.press("k", "j")
        #expect(!story.takeEffects().contains(.loadOlderDeliveries(before: 1)))
        story.happen(.olderDeliveriesLoaded(.success([Sample.delivery(0, 999_999, "Ancient")])))
        #expect(story.screen.contains("Ancient"))
        story.happen(.olderDeliveriesLoaded(.success([])))
        story.press("G")
        #expect(story.takeEffects() == [])
    }

    @Test("a snapshot after a reconnect keeps it, and what was scrolled in")
    func reconnect() {
        var story = Story()
        story.happen(.olderDeliveriesLoaded(.success([Sample.delivery(0, 999_999, "Ancient")])))
        story.press("G")
        #expect(story.state.deliveries.selected == 0)
        story.happen(.connectionLost(reason: "gone", retryAt: story.now + 1))
        story.happen(.control(.snapshot(Sample.snapshot)))
        #expect(story.state.deliveries.selected == 0)
        #expect(story.state.selectedDelivery?.message == "Ancient")
    }

    @Test("a click selects the row under it, the wheel moves")
    func mouse() {
        var story = Story()
        story.happen(.mouse(MouseEvent(gesture: .click, column: 70, row: 7)))
        #expect(story.state.focus == .deployments)
        #expect(story.state.deployments.selected == 40)
        story.happen(.mouse(MouseEvent(gesture: .wheelDown, column: 70, row: 7)))
        #expect(story.state.deployments.selected == 39)
        story.happen(.mouse(MouseEvent(gesture: .click, column: 10, row: 7)))
        #expect(story.state.deliveries.selected == 4)
    }

    static let long = ControlSnapshot(
        engine: Sample.engine, hook: Sample.hook,
        deliveries: (1...100).reversed().map { Sample.delivery(Int64($0), 100_000 - Double($0), "Push \($0)") },
        deliveryCount: 100)
}
