import Foundation
import ObserverEngine

/// One deployment in the list: how it stands, which commit, how long; and below it how far it is or why it failed.
struct DeploymentRow {
    private static let indent = 12
    private static let barColumns = 10

    let lines: [Text]

    init(_ row: DeploymentSummary, _ state: DashboardState, columns: Int, into canvas: inout Canvas) {
        let gutter = state.strand.contains(row) ? Text("┃", .accent) : .spaces(1)
        let first = Self.first(row, state, columns: columns - 1, into: &canvas)
        guard row.listedLines > 1 else {
            lines = [gutter + first]
            return
        }
        let rest = Self.second(row, columns: columns - Self.indent)
        lines = [gutter + first, gutter + .spaces(Self.indent - 1) + rest]
    }

    private static func first(
        _ row: DeploymentSummary, _ state: DashboardState, columns: Int, into canvas: inout Canvas
    ) -> Text {
        let mark = StageMark(row.stage)
        let gap = Text.spaces(2)
        let left = Text(mark.sign, Style(ink: mark.ink)) + .spaces(1) + Text(row.commit.shortCommit, .secondary) + gap
        var right = Text()
        if row.listedLines > 1, !row.stage.isFinal, columns >= 46 {
            right += gap + bar(ProgressFraction(row, at: state.pictureTime).value)
        }
        if columns >= 76 { right += gap + Text(Self.name(row.trigger), .secondary).fitted(to: 8) }
        if columns >= 46 { right += gap + state.listTime(row.queuedAt, into: &canvas) }
        right += gap + took(row, state, into: &canvas).fitted(to: 7, .right)
        let style: Style = row.stage == .superseded ? .secondary : .plain
        let room = columns - left.columns - right.columns - 1
        return left + Text(row.message ?? "", style).fitted(to: max(0, room)) + right + .spaces(1)
    }

    private static func second(_ row: DeploymentSummary, columns: Int) -> Text {
        guard !row.stage.isFinal else {
            return Text(row.outcome ?? "", .secondary).truncated(to: columns - 1)
        }
        let expected = row.expectedSeconds.map { Text("of about \(TimeText.duration($0)) ", .secondary) } ?? Text()
        let showsExpected = columns >= 40
        let room = columns - (showsExpected ? expected.columns + 2 : 0)
        let doing = progress(row).fitted(to: max(0, room))
        return showsExpected ? doing + .spaces(2) + expected : doing
    }

    private static func progress(_ row: DeploymentSummary) -> Text {
        let steps = row.progress?.steps ?? []
        guard row.stage == .waiting, !steps.isEmpty else { return Text(row.stage.rawValue, .secondary) }
        return .joined(steps.map(step), by: "   ")
    }

    private static func step(_ step: DeploymentProgress.Step) -> Text {
        Text("\(step.name) ", .secondary) + Text("\(step.done)/\(step.of)", step.done >= step.of ? .good : .busy)
    }

    private static func bar(_ fraction: Double) -> Text {
        let full = Int((Double(barColumns) * fraction).rounded(.down))
        return .repeated("━", full, .busy) + .repeated("─", barColumns - full, .secondary)
    }

    private static func took(_ row: DeploymentSummary, _ state: DashboardState, into canvas: inout Canvas) -> Text {
        guard let started = row.startedAt else { return Text() }
        if let finished = row.finishedAt {
            return Text(TimeText.duration(finished.timeIntervalSince(started)), .secondary)
        }
        return Text(canvas.stamp(.elapsed(since: started, at: state.pictureTime)))
    }

    private static func name(_ trigger: DeploymentSummary.Trigger) -> String {
        trigger == .delivery ? "push" : trigger.rawValue
    }
}
