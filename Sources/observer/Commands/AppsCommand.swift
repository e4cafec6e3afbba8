import ArgumentParser
import Foundation
import ObserverEngine

struct AppsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        "apps", abstract: "List the running apps: commit, healthy tasks, and differences from their specs.")

    @OptionGroup var watch: WatchFlags
    @OptionGroup var engine: EngineFlags
    @OptionGroup var output: OutputFlags

    func run() async throws {
        try await engine.withClient { client in
            if watch.isGiven { return try await Watch(client: client, output: output).run(AppListWatch()) }
            try output.write(AppList(report: try await client.apps()))
        }
    }
}

/// The running apps, kept up to date.
struct AppListWatch: LiveReport {
    private var report: AppsReport?
    /// Each line as it was printed, by the ID of its app; the summary has an empty id.
    private var printed: [String: String] = [:]
    private var printedReport: AppsReport?

    func lines(in style: TextStyle) -> [String] { report.map { AppList(report: $0).lines(in: style) } ?? [] }

    mutating func apply(_ event: ControlEvent) {
        switch event {
        case .snapshot(let snapshot): report = snapshot.apps
        case .apps(let report): self.report = report
        case .engine, .hook, .delivery, .deployment, .log, .audit: break
        }
    }

    mutating func takeChanges(as format: OutputFormat) throws -> [String] {
        guard let report else { return [] }
        switch format {
        case .json:
            var compared = report
            // Reading the same again is not a change.
            compared.readAt = printedReport?.readAt
            if let at = printedReport?.check?.at { compared.check?.at = at }
            defer { printedReport = report }
            return compared == printedReport ? [] : [try format.text(of: AppList(report: report))]
        case .text(let style):
            let lines = AppList(report: report).changeLines(in: style)
            let known = Set(lines.map(\.id))
            let gone = printed.keys.filter { !known.contains($0) }.sorted().map { ($0, "\($0.printable)  gone") }
            let changed = lines.filter { printed[$0.id] != $0.text }.map { ($0.id, $0.text) }
            printed = Dictionary(lines.map { ($0.id, $0.text) }) { $1 }
            return (changed + gone).map { "\(style.now.rfc3339)  \($0.1)\n" }
        }
    }
}

/// The running apps, one per line.
struct AppList: Report {
    let report: AppsReport

    func encode(to encoder: any Encoder) throws {
        try report.encode(to: encoder)
    }

    func lines(in style: TextStyle) -> [String] {
        let head = [
            style.paint("running \(report.summary(in: style))", report.tint),
            report.problem.map { style.paint($0.printable, .bad) },
        ].compactMap(\.self)
        guard !report.apps.isEmpty else { return head }
        let isCurrent = report.problem == nil
        let age = report.readAt.map { "As read \(style.time($0)):" }
        var table = Table([
            .init(title: "APP"), .init(title: "COMMIT"), .init(title: "HEALTHY", isNumeric: true),
            .init(title: "CHANGED"), .init(title: "STATE"),
        ])
        table.rows = report.apps.map { app in
            [
                TableCell(app.id), TableCell(app.commit.map { String($0.prefix(7)) }),
                TableCell(app.taskCount, isCurrent ? app.healthTint : .faint),
                TableCell(app.since.map { $0.age(at: style.now) }, .faint), TableCell(app.state, app.tint),
            ]
        }
        return head + ["", isCurrent ? nil : age].compactMap(\.self) + table.lines(in: style)
    }
}

extension AppList {
    /// The running commit and each app on a line of its own, without ages.
    fileprivate func changeLines(in style: TextStyle) -> [(id: String, text: String)] {
        let head = "running \(report.summary(in: style))" + (report.problem.map { "; \($0)" } ?? "")
        return [("", head.printable)]
            + report.apps.map { app in
                let parts = [
                    app.id, app.commit.map { String($0.prefix(7)) }, report.health(of: app) ?? "health not known",
                    app.state,
                ]
                return (app.id, parts.compactMap(\.self).joined(separator: "  ").printable)
            }
    }
}

extension AppsReport {
    /// "5dc9656 since 12:04, 5/5 healthy", or "5dc9656, deployed at 12:04, healthy" where only that is known. States
    /// only what is known now.
    func summary(in style: TextStyle) -> String {
        guard let running else {
            guard let readAt else { return "not known yet" }
            let drift = drifted.isEmpty ? "" : ", \(drifted.count) drifted"
            let found = runsUnknown ? "an unknown commit" : "nothing"
            return problem == nil ? "\(found)\(drift)" : "unknown; \(found) ran at \(style.clock(readAt))"
        }
        let commit = running.id.prefix(7)
        let clock = since.map { style.clock($0) }
        guard let readAt else {
            let time = clock.map { " at \($0)" } ?? ""
            guard problem == nil, let check else { return "unknown; last deployed: \(commit)\(time)" }
            let health = check.isHealthy ? "healthy" : "not healthy"
            return "\(commit), deployed\(time), \(health)\(check.reason.map { ": \($0)" } ?? "")"
        }
        guard problem == nil else { return "unknown; last seen: \(commit) at \(style.clock(readAt))" }
        let healthy = health.map { "\($0.healthy)/\($0.wanted) healthy" }
        let drift = drifted.isEmpty ? nil : "\(drifted.count) drifted"
        return ["\(commit)\(clock.map { " since \($0)" } ?? "")", healthy, drift].compactMap(\.self)
            .joined(separator: ", ")
    }

    var tint: Tint {
        if running == nil { return drifted.isEmpty ? .faint : .caution }
        if let check, problem == nil { return check.isHealthy ? .good : .bad }
        guard let health, drifted.isEmpty else { return isCurrent && drifted.isEmpty ? .plain : .caution }
        return health.healthy < health.wanted ? .caution : .good
    }
}

extension AppSummary {
    /// Everything unusual in one line, the most important first.
    fileprivate var state: String? {
        let failure = isHealthy == true ? nil : lastFailure.map(\.words)
        let parts = [
            deployments.isEmpty ? nil : "deploying", drift.map { "drift: \($0.words)" }, drift?.refusalClause,
            isOrphaned ? "in no spec" : nil, failure,
        ].compactMap(\.self)
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }

    fileprivate var tint: Tint {
        if drift != nil || !deployments.isEmpty || isOrphaned { return .caution }
        return isHealthy == false ? .bad : .plain
    }
}

extension AppSummary.Drift {
    /// Follows "drift": "/mem is 300, not 64".
    fileprivate var words: String {
        kind == .changed ? fields.map(\.sentence).joined(separator: ", ") : sentence
    }
}

extension AppSummary.Failure {
    /// "last failure: TASK_FAILED Command exited with status 1", of a container "stopped: exit status 137".
    fileprivate var words: String { host.isEmpty ? "\(state): \(message)" : "last failure: \(state) \(message)" }
}

extension AppSummary {
    /// The tint of the number of healthy tasks.
    var healthTint: Tint {
        switch isHealthy {
        case nil: .faint
        case true?: .good
        case false?: .caution
        }
    }
}

extension TextStyle {
    /// On a terminal the local time of day, with the date where that is not today; elsewhere `2016-05-08T18:48:06Z`.
    fileprivate func clock(_ date: Date) -> String {
        guard width != nil else { return date.rfc3339 }
        let isToday = Calendar.current.isDate(date, inSameDayAs: now)
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.dateFormat = isToday ? "HH:mm" : "yyyy-MM-dd HH:mm"
        return formatter.string(from: date)
    }
}
