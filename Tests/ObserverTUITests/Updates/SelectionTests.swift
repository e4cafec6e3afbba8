import Foundation
import ObserverEngine
import Testing

@testable import ObserverTUI

@Suite("Selection")
struct SelectionTests {
    @Test("new rows never change the selection or scroll a scrolled list")
    func arrivals() {
        var dashboard = TestDashboard(120, 24, snapshot: Self.long)
        for _ in 0..<30 { dashboard.press("j") }
        let selected = dashboard.state.deliveries.selected
        let rows = { (dashboard: TestDashboard) in dashboard.screen.split(separator: "\n").map { $0.prefix(59) }[5...11]
        }
        let before = rows(dashboard)
        for id in 1000...1005 { dashboard.happen(.control(.delivery(Sample.delivery(Int64(id), 0, "New")))) }
        #expect(dashboard.state.deliveries.selected == selected)
        #expect(rows(dashboard) == before)
    }

    @Test("the newest row stays selected and in view until another row is selected, and again after g")
    func newest() {
        var dashboard = TestDashboard(120, 24)
        for id in 1000...1020 { dashboard.happen(.control(.delivery(Sample.delivery(Int64(id), 0, "New \(id)")))) }
        #expect(dashboard.state.deliveries.selected == 1020)
        #expect(dashboard.screen.contains("New 1020"))
        dashboard.press("j")
        #expect(dashboard.state.deliveries.selected == 1019)
        for id in 1021...1040 { dashboard.happen(.control(.delivery(Sample.delivery(Int64(id), 0, "New \(id)")))) }
        #expect(dashboard.state.deliveries.selected == 1019)
        #expect(dashboard.screen.contains("New 1040"))
        #expect(dashboard.screen.contains("selected ↓"))
        dashboard.press("g")
        dashboard.happen(.control(.delivery(Sample.delivery(1041, 0, "New 1041"))))
        #expect(dashboard.state.deliveries.selected == 1041)
        #expect(dashboard.state.log.source == .current)
    }

    @Test(
        "moving the focus does not select another row, so that the running deployment stays in view",
        arguments: [
            [Key.tab], ["l"], ["2"], ["2", "1"], ["2", "3", "4", "1"], ["0", "2"],
        ])
    func focus(keys: [Key]) {
        var dashboard = TestDashboard(120, 24, snapshot: Self.empty)
        for id in 1...20 { Self.push(Int64(id), to: &dashboard) }
        for key in keys { dashboard.happen(.keys([key])) }
        for id in 21...40 { Self.push(Int64(id), to: &dashboard) }
        #expect(dashboard.state.deployments.selected == 40)
        #expect(dashboard.state.deliveries.selected == 40)
        #expect(dashboard.screen.contains("▸ 1000040  Push"))
        #expect(!dashboard.screen.contains("newer"))
    }

    @Test("a pane without the focus does not scroll to its selected row")
    func unfocused() {
        var dashboard = TestDashboard(120, 60, snapshot: Self.empty)
        for id in 1...40 { Self.push(Int64(id), to: &dashboard) }
        dashboard.press("2")
        for _ in 1...15 { dashboard.press("j") }
        dashboard.press("0")
        dashboard.happen(.resized(Size(columns: 120, rows: 24)))
        #expect(dashboard.screen.contains("▸ 1000040  Push"))
        dashboard.press("2")
        #expect(!dashboard.screen.contains("▸ 1000040  Push"))
    }

    @Test("the title of a scrolled list shows how many newer rows there are, and whether one of them runs")
    func newer() throws {
        var dashboard = TestDashboard(120, 24, snapshot: Self.empty)
        for id in 1...40 { Self.push(Int64(id), to: &dashboard) }
        dashboard.press("2", "G")
        let running = try #require(dashboard.screen.firstMatch(of: #/↑\d+ newer ▸/#)).0
        Self.push(40, .succeeded, to: &dashboard)
        #expect(dashboard.screen.contains(running.dropLast(2)))
        #expect(!dashboard.screen.contains(running))
        dashboard.happen(.resized(Size(columns: 22, rows: 12)))
        #expect(dashboard.screen.contains("newer"))
        dashboard.press("g")
        #expect(!dashboard.screen.contains("newer"))
    }

    @Test("Esc in the prompt restores the selection")
    func cancelledFilter() {
        var dashboard = TestDashboard()
        dashboard.press("/")
        dashboard.type("typo")
        #expect(dashboard.state.deliveries.selected == 5)
        dashboard.press(.escape)
        dashboard.happen(.control(.delivery(Sample.delivery(1000, 0, "New"))))
        #expect(dashboard.state.deliveries.selected == 1000)
    }

    @Test("a click selects the row under it in a scrolled list")
    func clickInScrolledList() {
        var dashboard = TestDashboard(120, 24, snapshot: Self.long)
        dashboard.press("G", "0")
        dashboard.happen(.resized(Size(columns: 120, rows: 20)))
        let row = dashboard.screen.split(separator: "\n")[6]
        dashboard.happen(.mouse(MouseEvent(gesture: .click, column: 10, row: 6)))
        #expect(row.contains(dashboard.state.selectedDelivery?.message ?? "none"))
    }

    @Test("a smaller terminal shows the newest rows until another row is selected")
    func resize() {
        var dashboard = TestDashboard(120, 40, snapshot: Self.long)
        for id in 1000...1010 { dashboard.happen(.control(.delivery(Sample.delivery(Int64(id), 0, "New \(id)")))) }
        dashboard.happen(.resized(Size(columns: 80, rows: 24)))
        #expect(dashboard.screen.contains("New 1010"))
        for _ in 1...11 { dashboard.press("j") }
        #expect(!dashboard.screen.contains("New 1010"))
        dashboard.happen(.resized(Size(columns: 79, rows: 24)))
        #expect(!dashboard.screen.contains("New 1010"))
    }

    @Test("a changed row keeps its position")
    func change() {
        var dashboard = TestDashboard()
        var row = Sample.deployments[0]
        row.stage = .succeeded
        dashboard.happen(.control(.deployment(row)))
        #expect(dashboard.state.shown?.deployments.rows.map(\.id) == [41, 40, 39, 38])
        let delivery = dashboard.screen.split(separator: "\n").first { $0.contains("Make the buttons") }
        #expect(delivery?.contains("deployed") == true && delivery?.contains("deploying") == false)
    }

    @Test("a delivery shows the result of the deployment that resumed an interrupted one")
    func interruption() {
        let row = { (dashboard: TestDashboard) in
            dashboard.screen.split(separator: "\n").map { $0.prefix(60) }.first { $0.contains("Make the buttons") }
                ?? ""
        }
        var dashboard = TestDashboard()
        var interrupted = Sample.deployments[0]
        interrupted.stage = .interrupted
        dashboard.happen(.control(.deployment(interrupted)))
        #expect(row(dashboard).contains("interrupted"))
        var again = Sample.deployments[0]
        (again.id, again.trigger, again.stage) = (42, .restart, .succeeded)
        var delivery = Sample.deliveries[0]
        delivery.deployment = again.id
        dashboard.happen(.control(.deployment(again)))
        dashboard.happen(.control(.delivery(delivery)))
        #expect(row(dashboard).contains("deployed"))
    }

    @Test("Tab goes from a delivery to its deployment and back")
    func relatedRows() {
        var dashboard = TestDashboard()
        dashboard.press("j", .tab)
        #expect(dashboard.state.deployments.selected == 40)
        dashboard.press("j", "1")
        #expect(dashboard.state.deliveries.selected == 2)
    }

    @Test("marks the related rows in the other panes")
    func marks() {
        var dashboard = TestDashboard()
        dashboard.press("j")
        let marked = dashboard.screen.split(separator: "\n").filter { $0.contains("┃") }
        #expect(marked.count == 3)
        #expect(marked.allSatisfy { $0.contains("77e0f12") })
    }

    @Test("requests older rows once, near the end of the known rows")
    func paging() {
        var dashboard = TestDashboard()
        dashboard.press("G")
        #expect(dashboard.takeEffects().contains(.loadOlderDeliveries(before: 1)))
        dashboard.press("k", "j")
        #expect(!dashboard.takeEffects().contains(.loadOlderDeliveries(before: 1)))
        dashboard.happen(.olderDeliveriesLoaded(.success([Sample.delivery(0, 999_999, "Ancient")])))
        #expect(dashboard.screen.contains("Ancient"))
        dashboard.happen(.olderDeliveriesLoaded(.success([])))
        dashboard.press("G")
        #expect(dashboard.takeEffects() == [])
    }

    @Test("a snapshot after reconnecting keeps the selection and older rows")
    func reconnect() {
        var dashboard = TestDashboard()
        dashboard.happen(.olderDeliveriesLoaded(.success([Sample.delivery(0, 999_999, "Ancient")])))
        dashboard.press("G")
        #expect(dashboard.state.deliveries.selected == 0)
        dashboard.happen(.connectionLost(reason: "gone", retryAt: dashboard.now + 1))
        dashboard.happen(.control(.snapshot(Sample.snapshot)))
        #expect(dashboard.state.deliveries.selected == 0)
        #expect(dashboard.state.selectedDelivery?.message == "Ancient")
    }

    @Test("a click selects a row, the wheel moves the selection")
    func mouse() {
        var dashboard = TestDashboard()
        dashboard.happen(.mouse(MouseEvent(gesture: .click, column: 70, row: 8)))
        #expect(dashboard.state.focus == .deployments)
        #expect(dashboard.state.deployments.selected == 40)
        dashboard.happen(.mouse(MouseEvent(gesture: .wheelDown, column: 70, row: 8)))
        #expect(dashboard.state.deployments.selected == 39)
        dashboard.happen(.mouse(MouseEvent(gesture: .click, column: 10, row: 8)))
        #expect(dashboard.state.deliveries.selected == 4)
    }

    private static let empty = ControlSnapshot(engine: Sample.engine, hook: Sample.hook)

    private static func push(
        _ id: Int64, _ stage: DeploymentSummary.Stage? = nil, to dashboard: inout TestDashboard
    ) {
        let commit = "\(1_000_000 + id)"
        let stage = stage ?? (id == 40 ? .waiting : .succeeded)
        dashboard.happen(.control(.delivery(Sample.delivery(id, 1, commit: commit, "Push \(id)", deployment: id))))
        dashboard.happen(
            .control(.deployment(Sample.finished(id, commit, "Push \(id)", stage, 1, took: 1, delivery: id))))
    }

    static let long = ControlSnapshot(
        engine: Sample.engine, hook: Sample.hook,
        deliveries: (1...100).reversed().map { Sample.delivery(Int64($0), 100_000 - Double($0), "Push \($0)") },
        deliveryCount: 100)
}
