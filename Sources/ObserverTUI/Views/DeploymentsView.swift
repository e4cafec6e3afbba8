import Foundation
import ObserverEngine

/// The deployments of the branch.
enum DeploymentsView {
    static func draw(_ state: DashboardState, _ layout: Layout, in rect: Rect, into canvas: inout Canvas) {
        let pane = ListPaneView(
            pane: .deployments, listing: state.deploymentListing, position: state.deployments,
            total: state.shown?.deployments.total ?? 0, emptySentence: emptySentence(state),
            lines: { DeploymentRow($0, state, columns: $1, into: &$2).lines })
        pane.draw(state, layout, in: rect, into: &canvas)
    }

    private static func emptySentence(_ state: DashboardState) -> String {
        guard let mirror = state.shown else { return "Deployments appear here once connected." }
        let filter = state.filter(of: .deployments)
        if !filter.isEmpty { return "No deployment matches \"\(filter.text)\". Press Esc to show all." }
        let branch = mirror.engine.branch
        return "No deployments yet. The next push to \(branch) is deployed. Press D to deploy its head now."
    }
}

/// One deployment in the list: stage, commit, message and duration, with its progress or failure on a second line.
struct DeploymentRow {
    private static let indent = 12
    private static let barColumns = 10

    let lines: [Text]

    init(_ row: DeploymentSummary, _ state: DashboardState, columns: Int, into canvas: inout Canvas) {
        let gutter = state.relatedRows.contains(row) ? Text("┃", .accent) : .spaces(1)
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
            right += gap + bar(ProgressFraction(row, at: state.shownTime).value)
        }
        if columns >= 76 { right += gap + Text(row.trigger.word, .secondary).fitted(to: 8) }
        if columns >= 46 { right += gap + state.listTime(row.queuedAt, into: &canvas) }
        right += gap + took(row, state, into: &canvas).fitted(to: 7, .right)
        let style: Style = row.stage == .superseded ? .secondary : .plain
        let space = columns - left.columns - right.columns - 1
        return left + Text(row.message ?? "", style).fitted(to: max(0, space)) + right + .spaces(1)
    }

    private static func second(_ row: DeploymentSummary, columns: Int) -> Text {
        guard !row.stage.isFinal else {
            return Text(row.outcome ?? "", .secondary).truncated(to: columns - 1)
        }
        let expected = row.expectedSeconds.map { Text("of about \(DurationText($0).text) ", .secondary) } ?? Text()
        let showsExpected = columns >= 40
        let space = columns - (showsExpected ? expected.columns + 2 : 0)
        let doing = progress(row).fitted(to: max(0, space))
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
            return Text(DurationText(finished.timeIntervalSince(started)).text, .secondary)
        }
        return Text(canvas.stamp(.elapsed(since: started, at: state.shownTime)))
    }
}

/// The progress of a deployment, by stages, steps and healthy tasks; by expected time if these are unknown.
struct ProgressFraction: Equatable {
    let value: Double

    init(_ row: DeploymentSummary, at now: Date) {
        switch row.stage {
        case .queued: value = 0
        case .fetching: value = 0.05
        case .validating: value = 0.1
        case .applying: value = 0.15
        case .waiting: value = 0.2 + 0.8 * Self.waited(row, at: now)
        case .succeeded, .failed, .superseded, .cancelled, .interrupted: value = 1
        }
    }

    private static func waited(_ row: DeploymentSummary, at now: Date) -> Double {
        let steps = row.progress?.steps ?? []
        // The numbers come from the target; their sum may overflow an Int.
        let wanted = steps.reduce(0.0) { $0 + Double(max(0, $1.of)) }
        if wanted > 0 {
            return steps.reduce(0.0) { $0 + Double(min(max(0, $1.done), max(0, $1.of))) } / wanted
        }
        if let phase = row.progress?.phase, let phases = row.progress?.phases, phases > 0 {
            return min(1, max(0, Double(phase) - 1) / Double(phases))
        }
        guard let expected = row.expectedSeconds, expected > 0, let started = row.startedAt else { return 0 }
        return min(0.95, max(0, now.timeIntervalSince(started) / expected))
    }
}
