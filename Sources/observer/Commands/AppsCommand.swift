import ArgumentParser
import Foundation
import ObserverEngine

struct AppsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        "apps", abstract: "List the running apps: commit, healthy tasks, and differences from their specs.",
        discussion: "With -watch, prints the list again at each change; with -json, one line for each change.")

    @Flag(name: .goStyle("watch"), help: "Keep printing at each change until interrupted.")
    var watches = false

    @OptionGroup var engine: EngineFlags
    @OptionGroup var output: OutputFlags

    func run() async throws {
        try await engine.withClient { client in
            try output.write(AppList(report: try await client.apps()))
            if watches { try await watch(client) }
        }
    }

    private func watch(_ client: ControlClient) async throws {
        var shown: AppsReport?
        for try await element in try await client.events() {
            let report: AppsReport? =
                switch element.event {
                case .apps(let report): report
                case .snapshot(let snapshot): snapshot.apps
                default: nil
                }
            guard let report, report != shown else { continue }
            // The first one has just been printed.
            if shown != nil { try output.write(AppList(report: report)) }
            shown = report
        }
        throw ConnectionLost()
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
            style.paint("running \(report.summary(at: style.now))", report.tint),
            report.problem.map { style.paint($0.printable, .bad) },
        ].compactMap(\.self)
        guard !report.apps.isEmpty else { return head }
        var table = Table([
            .init(title: "APP"), .init(title: "COMMIT"), .init(title: "HEALTHY", isNumeric: true),
            .init(title: "CHANGED"), .init(title: "STATE"),
        ])
        table.rows = report.apps.map { app in
            [
                TableCell(app.id), TableCell(app.commit.map { String($0.prefix(7)) }),
                TableCell("\(app.healthy)/\(app.wanted)", app.isHealthy ? .good : .caution),
                TableCell(app.since.map { $0.age(at: style.now) }, .faint), TableCell(app.state, app.tint),
            ]
        }
        return head + [""] + table.lines(in: style)
    }
}

extension AppsReport {
    /// "5dc9656 since 12:04, 5/5 healthy"
    func summary(at now: Date) -> String {
        guard let running else { return readAt == nil ? "not known yet" : "nothing" }
        let commit = running.id.prefix(7)
        let clock = since?.clock(at: now)
        guard readAt != nil else { return "not known; \(commit) was deployed" + (clock.map { " at \($0)" } ?? "") }
        let since = clock.map { " since \($0)" } ?? ""
        let drift = drifted.isEmpty ? "" : ", \(drifted.count) drifted"
        return "\(commit)\(since), \(healthy)/\(wanted) healthy\(drift)"
    }

    var tint: Tint {
        if running == nil { return .faint }
        return healthy < wanted || !drifted.isEmpty ? .caution : .good
    }
}

extension AppSummary {
    /// Everything unusual in one line, the most important first.
    fileprivate var state: String? {
        let failure = isHealthy ? nil : lastFailure.map { "last failure: \($0.state) \($0.message)" }
        let parts = [
            deployments.isEmpty ? nil : "deploying", drift.map { "drift: \($0.sentence)" }, drift?.refusal,
            isOrphaned ? "in no spec" : nil, failure,
        ].compactMap(\.self)
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }

    fileprivate var tint: Tint {
        if drift != nil || !deployments.isEmpty || isOrphaned { return .caution }
        return isHealthy ? .plain : .bad
    }
}

extension Date {
    /// The time of day, or the date where that is not today.
    fileprivate func clock(at now: Date) -> String {
        let isToday = Calendar.current.isDate(self, inSameDayAs: now)
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.dateFormat = isToday ? "HH:mm" : "yyyy-MM-dd HH:mm"
        return formatter.string(from: self)
    }
}
