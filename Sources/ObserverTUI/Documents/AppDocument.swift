import Foundation
import ObserverEngine

extension DocumentWriter {
    mutating func write(app id: String, _ content: Detail.Content, in state: DashboardState) {
        let report = state.shown?.apps
        if let app = report?.apps.first(where: { $0.id == id }) {
            writeFacts(app, in: state)
            value("problem", report?.problem, .bad)
            if report?.problem != nil { value("as read", report?.readAt.map(state.timesClock.full)) }
            writeDrift(app.drift, in: state)
            writeFailure(app.lastFailure, in: state)
            writeTasks(of: app, in: state)
        } else {
            line(Text("This app no longer exists.", .secondary))
        }
        switch content {
        case .loading:
            heading("Why this version")
            line(Text("Loading…", .secondary))
        case .unavailable(let reason):
            heading("Why this version")
            line(Text(reason, .bad))
        case .app(let history):
            writeCause(history, in: state)
            writeNewer(history, in: state)
            writeChanges(history, in: state)
        case .delivery, .deployment, .audit, .complete:
            break
        }
    }

    private mutating func writeFacts(_ app: AppSummary, in state: DashboardState) {
        let mark = AppMark(app)
        heading("Details")
        value("state", Text("\(mark.sign) \(mark.word)", Style(ink: mark.ink)))
        let tasks = app.healthy.map { "\($0) of \(app.wanted) healthy" } ?? "\(app.wanted), not checked"
        value("tasks", tasks, Style(ink: app.isHealthy == true ? .good : mark.ink))
        value("commit", app.commit)
        value("since", app.since.map(state.timesClock.full))
        value("deploying", app.deployments.joined(separator: ", "), .busy)
        value("specs", app.isOrphaned ? "in no spec; kept unless -prune is set" : nil, .busy)
    }

    private mutating func writeDrift(_ drift: AppSummary.Drift?, in state: DashboardState) {
        guard let drift else { return }
        heading("Differences from the spec")
        switch drift.kind {
        case .missing: line(Text("It should be running but does not exist.", .bad))
        case .copied: line(Text("It is in no spec, and has the labels of another app.", .busy))
        case .recreated: line(Text("Someone created it without the observer's labels.", .busy))
        case .changed:
            let columns = min(drift.fields.map { Text($0.path).columns }.max() ?? 0, 40)
            line(Text("field".padded(to: columns) + "  running → in the spec", .secondary))
            for field in drift.fields {
                line(
                    Text(field.path).fitted(to: columns) + .spaces(2)
                        + Text(field.values, .busy))
            }
        }
        value("noticed", drift.since.map(state.timesClock.full))
        value("correction", drift.refusal, .busy)
    }

    private mutating func writeFailure(_ failure: AppSummary.Failure?, in state: DashboardState) {
        guard let failure else { return }
        heading("Last failure of a task")
        value("state", failure.state, .bad)
        value("message", failure.message)
        value("host", failure.host)
        value("time", failure.at.map(state.timesClock.full))
    }

    private mutating func writeTasks(of app: AppSummary, in state: DashboardState) {
        heading("Tasks")
        if app.instances.isEmpty { line(Text("No tasks.", .secondary)) }
        let rows = app.instances.map { TaskRow($0, app, in: state) }
        let places = min(rows.map { Text($0.place).columns }.max() ?? 0, 40)
        let versions = min(rows.map { Text($0.version).columns }.max() ?? 0, 32)
        for row in rows {
            line(
                Text("\(row.sign) ", Style(ink: row.ink))
                    + Text(row.place).truncatedInTheMiddle(to: places).fitted(to: places)
                    + .spaces(2) + Text(row.word, Style(ink: row.ink)).fitted(to: 12) + .spaces(1)
                    + Text(row.version, .secondary).fitted(to: versions) + .spaces(2) + Text(row.rest, .secondary))
        }
    }

    // MARK: - Why

    private mutating func writeCause(_ history: AppHistory, in state: DashboardState) {
        heading("Why this version")
        guard let cause = history.cause else {
            return line(Text(history.withoutCause ?? "", .secondary))
        }
        let (row, clock) = (cause.summary, state.timesClock)
        value("commit", [row.commit.shortCommit, row.message].compactMap { $0 }.joined(separator: "  "))
        value("author", row.author)
        value("push", history.delivery.map { "\(clock.full($0.receivedAt)), delivery \($0.id)" })
        let trigger = row.requestedBy == nil ? row.trigger.word : row.cause
        value("deployment", "\(row.id), trigger \(trigger)")
        value("override", row.override, .busy)
        value("reason", row.reason)
        value("approved", row.approval.map { "by \($0.by), \(clock.full($0.at))" })
        for attempt in history.attempts { value("before that", Self.end(of: attempt), .busy) }
        value("queued", clock.full(row.queuedAt))
        value("started", row.startedAt.map { clock.full($0) + Self.delay(row.queuedAt, $0) })
        let change = cause.changes.first { $0.appID == history.id }
        value(
            "change",
            change.map { ([$0.kind.word] + $0.fields.map { "\($0.path) \($0.values)" }).joined(separator: ", ") })
        for id in cause.externalIDs { value("in \(state.shown?.engine.target?.name ?? "target")", id) }
        let end = row.finishedAt.map { clock.full($0) + Self.delay(row.startedAt ?? row.queuedAt, $0) }
        value(row.stage == .succeeded ? "healthy" : "ended", end, row.stage == .succeeded ? .good : .plain)
        value("result", history.causeEnd, Style(ink: StageMark(row).ink))
    }

    /// The reasons why no newer commit runs.
    private mutating func writeNewer(_ history: AppHistory, in state: DashboardState) {
        guard !history.newer.isEmpty || !history.obstacles.isEmpty else { return }
        heading("Since then")
        for row in history.newer.prefix(AppHistory.shownNewer) {
            line(Text(Self.end(of: row), Style(ink: StageMark(row).ink)))
        }
        if let older = history.olderNewer { line(Text(older, .secondary)) }
        for sentence in history.obstacles { line(Text(sentence, .busy)) }
    }

    private mutating func writeChanges(_ history: AppHistory, in state: DashboardState) {
        heading("Deployments that changed it")
        if history.changes.isEmpty { line(Text("Recent deployments did not change it.", .secondary)) }
        for entry in history.changes {
            let mark = StageMark(entry.deployment)
            line(
                Text("\(mark.sign) ", Style(ink: mark.ink)) + Text(entry.deployment.commit.shortCommit, .secondary)
                    + Text("  \(state.timesClock.full(entry.deployment.queuedAt))", .secondary)
                    + Text("  \(entry.change.kind.word)") + Text("  \(entry.deployment.title)"))
        }
    }

    private static func end(of row: DeploymentSummary) -> String {
        let words = [StageMark(row).word, row.outcome ?? row.trouble].compactMap { $0 }.joined(separator: ": ")
        return "\(row.commit.shortCommit) (deployment \(row.id)) \(words)"
    }

    private static func delay(_ start: Date, _ end: Date) -> String {
        ", \(TimeText.took(end.timeIntervalSince(start))) later"
    }
}

/// A task as a line: its place, its state, its version and its age.
private struct TaskRow {
    let sign: String
    let ink: Style.Ink
    let word: String
    let place: String
    let version: String
    let rest: String

    init(_ task: AppSummary.Instance, _ app: AppSummary, in state: DashboardState) {
        (sign, word, ink) =
            switch task.isHealthy {
            case false?: ("✗", "unhealthy", .bad)
            case true?: ("●", "healthy", .good)
            case nil: ("●", task.state == nil ? "running" : "no check", .plain)
            }
        let ports = task.ports.map { "\($0)" }.joined(separator: ",")
        place = [task.host, ports.isEmpty ? nil : ports].compactMap { $0 }.joined(separator: ":")
        version = task.version ?? ""
        rest = [
            task.state, task.isCurrent ? nil : "older version",
            task.startedAt.map { "started \(state.timesClock.full($0))" }, task.id,
        ].compactMap { $0 }.joined(separator: "  ")
    }
}

extension String {
    fileprivate func padded(to columns: Int) -> String { self + String(repeating: " ", count: max(0, columns - count)) }
}
