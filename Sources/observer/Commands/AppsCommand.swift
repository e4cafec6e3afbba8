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
            let report = try await client.apps()
            guard !output.isJSON else { return try output.write(AppList(report: report)) }
            let deployments = try await client.deployments(limit: AppListWatch.limit)
            try output.write(AppList(report: report, deployments: deployments))
        }
    }
}

/// The running apps, kept up to date.
struct AppListWatch: LiveReport {
    /// The deployments among which the running one, and those that ended since the apps were read, are.
    static let limit = 20

    private var report: AppsReport?
    /// Newest first.
    private var deployments: [DeploymentSummary] = []
    /// Each line as it was printed, by the ID of its app; the summary has an empty id.
    private var printed: [String: String] = [:]
    private var printedReport: AppsReport?

    private var list: AppList? { report.map { AppList(report: $0, deployments: deployments) } }

    func rankedLines(in style: TextStyle) -> [RankedLine] { list?.rankedLines(in: style) ?? [] }

    mutating func apply(_ event: ControlEvent) {
        switch event {
        case .snapshot(let snapshot):
            report = snapshot.apps
            deployments = Array(snapshot.deployments.prefix(Self.limit))
        case .apps(let report): self.report = report
        case .deployment(let row): deployments.note(row, limit: Self.limit)
        case .engine, .hook, .delivery, .log, .audit: break
        }
    }

    mutating func takeChanges(as format: OutputFormat) throws -> [String] {
        guard let report, let list else { return [] }
        switch format {
        case .json:
            var compared = report
            // Reading the same again is not a change.
            compared.readAt = printedReport?.readAt
            if let at = printedReport?.check?.at { compared.check?.at = at }
            defer { printedReport = report }
            return compared == printedReport ? [] : [try format.text(of: list)]
        case .text(let style):
            let lines = list.changeLines(in: style)
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
    /// Newest first.
    var deployments: [DeploymentSummary] = []

    func encode(to encoder: any Encoder) throws {
        try report.encode(to: encoder)
    }

    func lines(in style: TextStyle) -> [String] {
        let (head, table) = parts(in: style)
        return head + table
    }

    /// - Parameter style: Each app has one line.
    func rankedLines(in style: TextStyle) -> [RankedLine] {
        let (head, table) = parts(in: style)
        let headings = head + Array(table.prefix(1))
        let rows = zip(table.dropFirst(), report.apps).map { line, app in
            RankedLine(line, app.needsAttention ? .problem : .detail)
        }
        return headings.map { RankedLine($0, .lead) } + rows
    }

    /// The lines above the table, and the table: its headings, then the apps.
    private func parts(in style: TextStyle) -> (head: [String], table: [String]) {
        let head = [
            style.paint(
                "running \(report.summary(in: style, with: deployments))", report.tint(with: deployments)),
            report.problem.map { style.paint($0.printable, .bad) },
        ].compactMap(\.self)
        guard !report.apps.isEmpty else { return (head, []) }
        let isCurrent = report.problem == nil
        let age = report.readAt.map { "As read \(style.time($0)):" }
        var table = Table([
            .init(title: "APP"), .init(title: "COMMIT"), .init(title: "HEALTHY", isNumeric: true),
            .init(title: "CHANGED"), .init(title: "STATE"),
        ])
        table.rows = report.apps.map { app in
            [
                TableCell(app.id), TableCell(app.commit.map(\.shortCommit)),
                TableCell(app.taskCount, isCurrent ? app.healthTint : .faint),
                TableCell(app.since.map { $0.age(at: style.now) }, .faint),
                TableCell(app.state(at: style.now), app.tint),
            ]
        }
        return (head + ["", isCurrent ? nil : age].compactMap(\.self), table.lines(in: style))
    }
}

extension AppList {
    /// The running commit and each app on a line of its own, without ages.
    fileprivate func changeLines(in style: TextStyle) -> [(id: String, text: String)] {
        let head =
            "running \(report.summary(in: style, with: deployments))" + (report.problem.map { "; \($0)" } ?? "")
        return [("", head.printable)]
            + report.apps.map { app in
                let parts = [
                    app.id, app.commit.map(\.shortCommit), report.health(of: app) ?? "health not known",
                    app.state(),
                ]
                return (app.id, parts.compactMap(\.self).joined(separator: "  ").printable)
            }
    }
}

extension AppsReport {
    /// "5dc9656 since 12:04, 5/5 healthy", or "5dc9656, deployed at 12:04, healthy" where only that is known; while a
    /// deployment changes the target, "5dc9656 → a1b2c3d, 3/5 healthy". States only what is known now.
    /// - Parameter deployments: Newest first.
    func summary(in style: TextStyle, with deployments: [DeploymentSummary] = []) -> String {
        let success = RollbackTarget.running(in: deployments)
        return corrected(by: deployments).summary(in: style, change: change(with: deployments), success)
    }

    private func change(with deployments: [DeploymentSummary]) -> VersionChange? {
        corrected(by: deployments).change(by: deployments)
    }

    /// - Parameter success: The last success, which counts where the target does not report what runs.
    private func summary(in style: TextStyle, change: VersionChange?, _ success: DeploymentSummary?) -> String {
        let healthy = health.map { "\($0.healthy)/\($0.wanted) healthy" }
        let drift = drifted.isEmpty ? nil : "\(drifted.count) drifted"
        if let change { return [change.words, healthy, drift].compactMap(\.self).joined(separator: ", ") }
        guard let running else {
            guard let readAt else { return "not known yet" }
            let found = runsUnknown ? "an unknown commit" : "nothing"
            guard problem == nil else { return "unknown; \(found) ran at \(style.clock(readAt))" }
            return [found, drift].compactMap(\.self).joined(separator: ", ")
        }
        guard let readAt else {
            let commit = (success?.commit ?? running.id).shortCommit
            let time = (success?.finishedAt ?? since).map { " at \(style.clock($0))" } ?? ""
            guard problem == nil, let check else { return "unknown; last deployed: \(commit)\(time)" }
            let health = check.isHealthy ? "healthy" : "not healthy"
            return "\(commit), deployed\(time), \(health)\(check.reason.map { ": \($0)" } ?? "")"
        }
        let commit = running.id.shortCommit
        let clock = since.map { style.clock($0) }
        guard problem == nil else { return "unknown; last seen: \(commit) at \(style.clock(readAt))" }
        return ["\(commit)\(clock.map { " since \($0)" } ?? "")", healthy, drift].compactMap(\.self)
            .joined(separator: ", ")
    }

    func tint(with deployments: [DeploymentSummary]) -> Tint {
        change(with: deployments) == nil ? corrected(by: deployments).tint : .caution
    }

    private var tint: Tint {
        if running == nil { return drifted.isEmpty ? .faint : .caution }
        if let check, problem == nil { return check.isHealthy ? .good : .bad }
        guard let health, drifted.isEmpty else { return isCurrent && drifted.isEmpty ? .plain : .caution }
        return health.healthy < health.wanted ? .caution : .good
    }
}

extension VersionChange {
    /// "5dc9656 → a1b2c3d", or "a1b2c3d (being deployed)" where only that is known; "5dc9656 → a1b2c3d (failed)" if it was
    /// not completed.
    fileprivate var words: String {
        let commits = [from, to].compactMap { $0?.shortCommit }
        let names = commits.joined(separator: " → ")
        if deployment.stage.isFinal { return "\(names) (\(deployment.stage.rawValue))" }
        guard commits.count < 2 else { return names }
        return names + (isRollback ? " (being rolled back)" : " (being deployed)")
    }
}

extension AppSummary {
    /// Whether an operator has to know about it.
    fileprivate var needsAttention: Bool { drift != nil || isOrphaned || isHealthy == false }

    /// How long, in seconds, the last failure of a healthy app is still shown.
    private static let failureMemory = 3600.0

    /// Everything unusual in one line, the most important first.
    /// - Parameter now: Also shows a failure that the app has recovered from, with its age; nil leaves that out.
    fileprivate func state(at now: Date? = nil) -> String? {
        var failure = isHealthy == true ? nil : lastFailure.map(\.words)
        if isHealthy == true, let now, let last = lastFailure, let at = last.at,
            now.timeIntervalSince(at) < Self.failureMemory
        {
            failure = "\(last.words), \(at.age(at: now))"
        }
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
