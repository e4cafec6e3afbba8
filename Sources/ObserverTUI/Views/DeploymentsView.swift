import Foundation
import ObserverEngine

/// The deployments of the branch.
enum DeploymentsView {
    static func draw(_ state: DashboardState, _ layout: Layout, in rect: Rect, into canvas: inout Canvas) {
        let related = state.relatedRows
        let pane = ListPaneView(
            pane: .deployments, listing: state.deploymentListing, position: state.deployments,
            total: state.shown?.deployments.total ?? 0, emptySentence: emptySentence(state),
            headings: { DeploymentColumns($0, state).headings },
            lines: { row, _, columns, canvas in
                DeploymentColumns(columns, state).lines(row, isRelated: related.contains(row), into: &canvas)
            })
        pane.draw(state, layout, in: rect, into: &canvas)
    }

    private static func emptySentence(_ state: DashboardState) -> String {
        guard let mirror = state.shown else { return "Deployments appear here once connected." }
        let filter = state.filter(of: .deployments)
        if !filter.isEmpty { return "No deployment matches \"\(filter.text)\". Press Esc to show all." }
        let branch = mirror.engine.branch
        return "No deployments yet. The next push to \(branch) is deployed."
            + state.remedy("Press D to deploy its head now.", for: .deploy(commit: nil, force: false))
    }
}

/// The columns of the list of deployments: stage, commit, message, age and duration, with the progress or the failure on a
/// second line.
struct DeploymentColumns {
    private static let indent = 12
    private static let barColumns = 10
    private static let tookColumns = 7
    private static let gap = Text.spaces(2)

    private let columns: Int
    private let state: DashboardState

    init(_ columns: Int, _ state: DashboardState) {
        self.columns = columns
        self.state = state
    }

    var headings: Text {
        let left = Text("   COMMIT   ", .secondary)
        var right = Text()
        if showsTrigger { right += Self.gap + Text("TRIGGER", .secondary).fitted(to: 8) }
        if showsAge { right += Self.gap + state.timeHeading }
        right += Self.gap + Text("TOOK", .secondary).fitted(to: Self.tookColumns, .right) + .spaces(1)
        return left + Text("MESSAGE", .secondary).fitted(to: max(0, columns - left.columns - right.columns)) + right
    }

    func lines(_ row: DeploymentSummary, isRelated: Bool, into canvas: inout Canvas) -> [Text] {
        let gutter = Text.gutter(isRelated: isRelated)
        let first = gutter + first(row, into: &canvas)
        guard row.listedLines > 1 else { return [first] }
        let rest = second(row, columns: columns - Self.indent, into: &canvas)
        return [first, gutter + .spaces(Self.indent - 1) + rest]
    }

    private var showsTrigger: Bool { columns >= 84 }
    private var showsAge: Bool { columns >= 46 }

    /// The running deployment is the most visible one.
    private func first(_ row: DeploymentSummary, into canvas: inout Canvas) -> Text {
        let mark = StageMark(row)
        let sign = Style(ink: mark.ink)
        let left =
            Text(mark.sign, row.isRunning ? sign.bold : sign) + .spaces(1)
            + Text(row.commit.shortCommit, row.isRunning ? .bold : .secondary) + Self.gap
        var right = Text()
        if showsTrigger { right += Self.gap + Text(row.trigger.word, .secondary).fitted(to: 8) }
        if showsAge {
            right += Self.gap
            right += row.isRunning ? bar(row) : state.listTime(row.queuedAt, into: &canvas)
        }
        right += Self.gap + took(row, into: &canvas).fitted(to: Self.tookColumns, .right) + .spaces(1)
        let style: Style = row.isRunning ? .bold : StageMark(row).ink == .secondary ? .secondary : .plain
        let space = columns - 1 - left.columns - right.columns
        return left + Text(row.title, style).fitted(to: max(0, space)) + right
    }

    private func second(_ row: DeploymentSummary, columns: Int, into canvas: inout Canvas) -> Text {
        guard !row.stage.isFinal else {
            return Text(row.outcome ?? "", .secondary).truncated(to: columns - 1)
        }
        if row.wait != nil { return wait(row, columns: columns, into: &canvas) }
        if row.stage == .queued {
            return (row.notBefore == nil ? turn(row) : retry(row, into: &canvas)).truncated(to: columns - 1)
        }
        let limit = columns >= 40 ? limit(row, into: &canvas) : Text()
        let space = columns - (limit.isEmpty ? 0 : limit.columns + 3)
        let progress = ProgressSentence(row).text.fitted(to: max(0, space))
        return limit.isEmpty ? progress : progress + Self.gap + limit + .spaces(1)
    }

    /// No rule keeps it from starting.
    private func turn(_ row: DeploymentSummary) -> Text {
        Text(state.shown?.turn(of: row) ?? row.stage.rawValue, .secondary)
    }

    private func retry(_ row: DeploymentSummary, into canvas: inout Canvas) -> Text {
        guard let start = row.notBefore, start > state.shownTime else { return Text("retry \(row.attempt - 1)", .busy) }
        let rest = canvas.stamp(.countdown(to: start, at: state.shownTime))
        return Text("retry \(row.attempt - 1)", .busy) + Text(" starts in \(rest)", .secondary)
    }

    /// Why it does not start yet, and, where both fit, how long that rule still forbids it.
    private func wait(_ row: DeploymentSummary, columns: Int, into canvas: inout Canvas) -> Text {
        let sentence = Text(pause(of: row) ?? row.wait?.sentence ?? "", .busy)
        guard let end = row.wait?.until else { return sentence.truncated(to: max(0, columns - 1)) }
        let rest = canvas.stamp(.countdown(to: end, at: state.shownTime))
        let limit = Self.gap + Text("\(rest) left", .secondary) + .spaces(1)
        let space = columns - limit.columns
        guard sentence.columns <= space else { return sentence.truncated(to: max(0, columns - 1)) }
        return sentence.fitted(to: space) + limit
    }

    /// The pause in few words and with a local time, so that its reason fits; nil if another rule is the reason.
    private func pause(of row: DeploymentSummary) -> String? {
        guard row.wait?.rule == .pause, let pause = state.shown?.engine.pause else { return nil }
        let end = pause.until.map { " until \(state.timesClock.short($0, today: state.shownTime))" } ?? ""
        return "paused\(end)\(pause.by.map { " by \($0)" } ?? "")\(pause.reason.map { ": \($0.headline)" } ?? "")"
    }

    /// The expected duration; once it has passed, when the deployment fails.
    private func limit(_ row: DeploymentSummary, into canvas: inout Canvas) -> Text {
        guard let started = row.startedAt else { return Text() }
        let elapsed = state.shownTime.timeIntervalSince(started)
        if let expected = row.expectedSeconds, expected >= 1, elapsed < expected {
            canvas.expires(at: started + expected)
            return Text("of about \(TimeText.expected(expected))", .secondary)
        }
        guard row.outcome == nil, let limit = state.shown?.engine.deployTimeoutSeconds, elapsed < limit else {
            return Text()
        }
        let rest = canvas.stamp(.countdown(to: started + limit, at: state.shownTime))
        return Text("gives up in \(rest)", .secondary)
    }

    private func bar(_ row: DeploymentSummary) -> Text {
        let columns = max(Self.barColumns, state.timeColumns)
        let full = Int((Double(columns) * ProgressFraction(row, at: state.shownTime).value).rounded(.down))
        return .repeated("━", full, .busy.bold) + .repeated("─", columns - full, .secondary)
    }

    private func took(_ row: DeploymentSummary, into canvas: inout Canvas) -> Text {
        guard let started = row.startedAt else { return Text() }
        if let finished = row.finishedAt {
            return Text(TimeText.took(finished.timeIntervalSince(started)), .secondary)
        }
        return Text(canvas.stamp(.elapsed(since: started, at: state.shownTime)), .bold)
    }
}

/// The progress of a running deployment: the apps it waits for, in natural order.
struct ProgressSentence {
    let text: Text

    init(_ row: DeploymentSummary) {
        if let reason = row.outcome {
            // It has failed and is being rolled back.
            text = Text("rolling back: ", .busy) + Text(reason, .secondary)
            return
        }
        if let trouble = row.trouble {
            text = Text(trouble, .bad)
            return
        }
        guard row.stage == .waiting || row.stage == .applying, let progress = row.progress, !progress.steps.isEmpty
        else {
            text = Text(row.stage.rawValue, .secondary)
            return
        }
        let waiting = progress.waiting
        let healthy = progress.healthySteps
        // A deploy command may report anything.
        let state = progress.steps.allSatisfy { $0.kind == .app } ? "healthy" : "done"
        switch waiting.count {
        case 0:
            text = Text("\(healthy)/\(progress.steps.count) \(state)", .good)
        case 1:
            let others = healthy == 0 ? "" : " · \(healthy) \(healthy == 1 ? "other" : "others") \(state)"
            text = Self.step(waiting[0]) + Text(others, .secondary)
        default:
            text =
                Text("\(healthy)/\(progress.steps.count) \(state)", .busy) + Text(", waiting for ", .secondary)
                + .joined(waiting.map(Self.name), by: ", ", .secondary)
        }
    }

    private static func step(_ step: DeploymentProgress.Step) -> Text {
        Text("\(step.name) ", .secondary) + Text("\(step.done)/\(step.of)", .busy)
    }

    /// One missing task needs no numbers.
    private static func name(_ step: DeploymentProgress.Step) -> Text {
        step.of == 1 ? Text(step.name, .secondary) : Self.step(step)
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
        case .applying where row.progress?.steps.isEmpty ?? true: value = 0.15
        case .applying: value = 0.2 + 0.8 * Self.waited(row, at: now)
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
