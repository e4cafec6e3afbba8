import Foundation
import ObserverEngine

extension DocumentWriter {
    mutating func write(deployment id: Int64, _ content: Detail.Content, in state: DashboardState) {
        guard let row = state.shown?.deployments[id] else {
            return line(Text("This deployment is no longer in the list.", .secondary))
        }
        writeFacts(row, in: state)
        switch content {
        case .loading:
            heading("Apps")
            line(Text("Loading…", .secondary))
        case .unavailable(let reason):
            heading("Apps")
            line(Text(reason, .bad))
        case .deployment(let detail):
            writeApps(detail, progress: row.progress)
            if !detail.externalIDs.isEmpty {
                heading("Marathon deployments")
                for id in detail.externalIDs { line(Text(id)) }
            }
            if !detail.actions.isEmpty {
                heading("Actions of operators")
                write(detail.actions, in: state)
            }
        case .delivery, .app, .audit, .complete:
            break
        }
        writeLog(of: row, in: state)
    }

    private mutating func writeFacts(_ row: DeploymentSummary, in state: DashboardState) {
        let mark = StageMark(row)
        heading("Details")
        value("stage", Text("\(mark.sign) \(row.stage.rawValue)", Style(ink: mark.ink)))
        value("outcome", row.outcome)
        value("trouble", row.trouble, .bad)
        value("waits", row.wait?.sentence ?? state.shown?.turn(of: row), .busy)
        value("ends in", row.wait?.until.map { stamp(.countdown(to: $0, at: state.shownTime)) }, .busy)
        value("approved", row.approval.map { "by \($0.by), \(state.timesClock.full($0.at))" })
        value("override", row.override, .busy)
        value("reason", row.reason)
        value("commit", row.commit)
        value("message", row.message)
        value("author", row.author)
        value("trigger", row.trigger.word)
        value("requester", row.requestedBy)
        value("branch", row.branch)
        value("URL", row.progress?.url)
        heading("Times")
        value("queued", state.timesClock.full(row.queuedAt))
        value("retry", row.notBefore.map { "number \(row.attempt - 1), starts at \(state.timesClock.full($0))" })
        value("retried", row.retry.map { "as deployment \($0)" })
        value("started", row.startedAt.map(state.timesClock.full))
        value("finished", row.finishedAt.map(state.timesClock.full))
        if let started = row.startedAt {
            if let finished = row.finishedAt {
                value("took", TimeText.took(finished.timeIntervalSince(started)))
            } else {
                value("running for", stamp(.elapsed(since: started, at: state.shownTime)), .bold)
                value(
                    "gives up in",
                    state.shown?.engine.deployTimeoutSeconds.map { limit in
                        stamp(.countdown(to: started + limit, at: state.shownTime))
                    })
            }
        }
        value("expected", row.expectedSeconds.flatMap { $0 < 1 ? nil : "about \(TimeText.expected($0))" })
    }

    private mutating func writeApps(_ detail: DeploymentDetail, progress: DeploymentProgress?) {
        if detail.changes.isEmpty, let steps = progress?.steps, !steps.isEmpty { return write(steps) }
        heading("Apps")
        if detail.changes.isEmpty { line(Text("No plan yet.", .secondary)) }
        let columns = min(detail.changes.map { Text($0.appID).columns }.max() ?? 0, 40)
        for change in detail.changes.sorted(by: { $0.appID.isBefore($1.appID) }) {
            let app = progress?.steps.first { $0.name == change.appID }
            let ink: Style.Ink = app.map { $0.done >= $0.of ? .good : .busy } ?? .secondary
            line(
                Text(change.appID, .bold).fitted(to: columns) + Text("  \(change.kind.word)").fitted(to: 13)
                    + Text(app.map { "\($0.done) of \($0.of) tasks healthy" } ?? "", Style(ink: ink))
                    + Text(change.result.map { "  \($0.words)" } ?? "", .secondary))
            write(change.fields)
        }
    }

    /// The steps and apps that a deploy command reports.
    private mutating func write(_ steps: [DeploymentProgress.Step]) {
        heading("Progress")
        let columns = min(steps.map { Text($0.name).columns }.max() ?? 0, 40)
        for step in steps {
            let unit = step.kind == .app ? " healthy" : ""
            line(
                Text(step.name, .bold).fitted(to: columns)
                    + Text("  \(step.done) of \(step.of)\(unit)", Style(ink: step.done >= step.of ? .good : .busy)))
        }
    }

    private mutating func write(_ fields: [AppChange.Field]) {
        let columns = min(fields.map { Text($0.path).columns }.max() ?? 0, 40)
        for field in fields {
            line(
                Text("  \(field.path)", .secondary).fitted(to: columns + 2)
                    + Text("  \(field.values)"))
        }
    }

    private mutating func writeLog(of row: DeploymentSummary, in state: DashboardState) {
        guard let log = state.shown?.deploymentLogs[row.id], !log.lines.isEmpty else { return }
        heading("Log")
        for entry in log.lines { line(LogText(entry, clock: state.timesClock).text) }
    }
}

extension AppChange.Kind {
    /// In a list of changes.
    var word: String { self == .orphaned ? "in no spec" : rawValue }
}

extension AppChange.Result {
    fileprivate var words: String {
        switch self {
        case .restored: "previous version restored"
        case .removedAgain: "removed again"
        }
    }
}
