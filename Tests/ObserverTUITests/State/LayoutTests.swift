import TestTraits
import Testing

@testable import ObserverTUI

@Suite("Layout")
struct LayoutTests {
    @Test("a wide terminal shows both lists side by side, and apps and log below")
    func wide() {
        #expect(
            picture(columns: 120, rows: 20) == """
                ssssssssssssssssssssssssssssss
                HHHHHHHHHHHHHHHHHHHHHHHHHHHHHH
                HHHHHHHHHHHHHHHHHHHHHHHHHHHHHH
                HHHHHHHHHHHHHHHHHHHHHHHHHHHHHH
                111111111111111222222222222222
                111111111111111222222222222222
                111111111111111222222222222222
                111111111111111222222222222222
                111111111111111222222222222222
                111111111111111222222222222222
                111111111111111222222222222222
                333333333333333444444444444444
                333333333333333444444444444444
                333333333333333444444444444444
                333333333333333444444444444444
                333333333333333444444444444444
                333333333333333444444444444444
                333333333333333444444444444444
                333333333333333444444444444444
                kkkkkkkkkkkkkkkkkkkkkkkkkkkkkk
                """)
    }

    @Test("below 120 columns, one list has the whole width")
    func oneList() {
        #expect(picture(columns: 119, rows: 20).contains("1") && !picture(columns: 119, rows: 20).contains("2"))
    }

    @Test("without apps, their space belongs to the log")
    func withoutApps() {
        for (columns, rows) in [(120, 20), (80, 24), (60, 15)] {
            let picture = picture(columns: columns, rows: rows, apps: nil)
            #expect(!picture.contains("3") && picture.contains("4"))
        }
    }

    @Test("the apps are as high as their rows need, up to a limit, or share the area of the lists")
    func apps() {
        let rows = { (apps: Int, rows: Int) in
            let layout = Layout(
                size: Size(columns: 80, rows: rows), focus: .log, lists: [.deliveries], isZoomed: false, alerts: 0,
                apps: apps)
            return (pane: layout.panes[.apps]?.rows, hasHeadings: layout.headings(of: .apps) != nil)
        }
        #expect([0, 1, 2, 3, 4, 100].map { rows($0, 24).pane } == [4, 4, 5, 6, 6, 6])
        #expect([1, 3, 4].map { rows($0, 24).hasHeadings } == [true, true, false])
        #expect(rows(3, 20).pane == nil)
        let shared = Layout(
            size: Size(columns: 60, rows: 15), focus: .log, lists: [.apps, .deliveries], isZoomed: false, alerts: 0,
            apps: 3)
        #expect(Set(shared.panes.keys) == [.apps, .log] && shared.tabs == [.deliveries, .deployments, .apps])
    }

    @Test("a sentence of several lines takes its place from the panes, and covers none of them")
    func sentence() {
        let layout = Layout(
            size: Size(columns: 80, rows: 24), focus: .log, lists: [.deliveries], isZoomed: false, alerts: 0, apps: 3,
            barRows: 3)
        #expect(layout.bar == Rect(column: 0, row: 21, columns: 80, rows: 3))
        #expect(layout.panes[.log]?.endRow == 21)
    }

    @Test("80 columns show the list that had the focus last, the apps and the log")
    func narrow() {
        let rows = picture(columns: 80, rows: 24, focus: .log, lists: [.apps, .deployments]).split(separator: "\n")
        #expect(rows.map { $0.first } == Array("sH222222223333334444444k"))
    }

    @Test("a small or zoomed terminal shows the focused pane")
    func single() {
        for layout in [
            Layout(
                size: Size(columns: 59, rows: 30), focus: .log, lists: [.deliveries], isZoomed: false, alerts: 0,
                apps: 3),
            Layout(
                size: Size(columns: 120, rows: 14), focus: .log, lists: [.deliveries], isZoomed: false, alerts: 0,
                apps: 3),
            Layout(
                size: Size(columns: 120, rows: 40), focus: .log, lists: [.deliveries], isZoomed: true, alerts: 0,
                apps: 3),
        ] {
            #expect(layout.panes == [.log: layout.body])
            #expect(layout.hook == nil)
        }
    }

    @Test("a terminal below 20x5 is too small")
    func tooSmall() {
        let sizes = [(19, 5), (20, 4), (20, 5)].map { Size(columns: $0.0, rows: $0.1) }
        let layouts = sizes.map {
            Layout(size: $0, focus: .log, lists: [.deliveries], isZoomed: false, alerts: 0, apps: 3)
        }
        #expect(layouts.map(\.isTooSmall) == [true, true, false])
    }

    @Test("panes never overlap or leave the screen, at any size", .onComputingQueue)
    func disjoint() {
        for columns in 20...140 {
            for rows in 5...50 {
                let apps = [nil, 0, 1, 50][(columns + rows) % 4]
                let layout = Layout(
                    size: Size(columns: columns, rows: rows), focus: .deliveries, lists: [.deliveries], isZoomed: false,
                    alerts: 2, apps: apps)
                let rects = [layout.status, layout.bar] + [layout.hook].compactMap { $0 } + layout.panes.values
                #expect(rects.reduce(0) { $0 + $1.columns * $1.rows } == columns * rows)
                #expect(rects.allSatisfy { $0.endColumn <= columns && $0.endRow <= rows })
            }
        }
    }

    private func picture(
        columns: Int, rows: Int, focus: Pane = .deliveries, lists: [Pane] = [.deliveries], apps: Int? = 3
    ) -> String {
        let layout = Layout(
            size: Size(columns: columns, rows: rows), focus: focus, lists: lists, isZoomed: false, alerts: 0,
            apps: apps)
        return (0..<rows).map { row in
            String(stride(from: 0, to: columns, by: 4).map { letter(column: $0, row: row, layout) })
        }.joined(separator: "\n")
    }

    private func letter(column: Int, row: Int, _ layout: Layout) -> Character {
        if layout.status.contains(column: column, row: row) { return "s" }
        if layout.bar.contains(column: column, row: row) { return "k" }
        return switch layout.pane(atColumn: column, row: row) {
        case .deliveries: "1"
        case .deployments: "2"
        case .apps: "3"
        case .log: "4"
        case .hook: "H"
        case nil: "."
        }
    }
}
