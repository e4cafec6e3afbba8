import ArgumentParser
import Foundation
import ObserverEngine

struct WhyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        "why", "<app|commit>",
        abstract: "Explain which commit an app runs and why, or why a commit does or does not run.",
        discussion: """
            For an app: the push, the deployment, its health, and the state of newer commits. For a commit: its pushes \
            and deployments, and what keeps it from running: a failure, a rule, a hold, or that no deployment is needed.
            """)

    @Argument(
        help: ArgumentHelp(
            "ID of an app, such as /web, or a commit: its ID or at least four digits, a branch, a tag or head.",
            valueName: "app|commit"), completion: .ids(.apps))
    var subject: String

    @OptionGroup var engine: EngineFlags
    @OptionGroup var output: OutputFlags

    func run() async throws {
        try await engine.withClient { client in
            // An app may have the name of a branch, but hardly that of a commit.
            if WhySubject(subject) == .commit {
                try output.write(CommitPage(history: try await client.history(ofCommit: subject)))
            } else {
                try await explainApp(client)
            }
        }
    }

    private func explainApp(_ client: ControlClient) async throws {
        let missing: ControlClient.Failure
        do {
            return try output.write(WhyPage(history: try await client.history(of: subject)))
        } catch let failure as ControlClient.Failure where failure.status == 404 && !subject.hasPrefix("/") {
            missing = failure
        }
        do {
            try output.write(CommitPage(history: try await client.history(ofCommit: subject)))
        } catch let failure as ControlClient.Failure where failure.status == 404 || failure.status == 422 {
            guard WhySubject.isTooShort(subject) else { throw missing }
            throw ControlClient.Failure(
                status: missing.status,
                description: "'\(subject)' is too short for a commit ID, which needs at least 4 digits. "
                    + "As an app, \(missing.description)")
        }
    }
}

/// The kind of the argument of `why`.
enum WhySubject: Equatable {
    case commit
    /// An app; if there is none, a branch or a tag.
    case other

    init(_ text: String) {
        switch try? CommitReference(text) {
        case .head, .id, .beginning: self = .commit
        case .name, nil: self = .other
        }
    }

    /// Whether it may be the beginning of a commit ID, but has too few digits.
    static func isTooShort(_ text: String) -> Bool {
        (1...3).contains(text.count) && text.allSatisfy { $0.isASCII && $0.isHexDigit }
    }
}

/// From the push to the running app, step by step, and the state of everything newer.
struct WhyPage: Report {
    let history: AppHistory

    func encode(to encoder: any Encoder) throws {
        try history.encode(to: encoder)
    }

    func lines(in style: TextStyle) -> [String] {
        var fields = FieldList()
        fields.add("app", history.id, .heading)
        let isMissing = history.problem == nil && !history.exists
        if isMissing { addState(to: &fields) }
        addCause(to: &fields, in: style)
        if !isMissing { addState(to: &fields) }
        let shown = history.newer.prefix(AppHistory.shownNewer)
        let newer = shown.map { ($0.sentence(in: style), $0.stage.tint) }
        let older = history.olderNewer.map { [($0, Tint.faint)] } ?? []
        // The line of a deployment that waits for one of them states it already.
        let stated = Set(shown.compactMap { $0.wait?.sentence.capitalizedSentence })
        let obstacles = history.obstacles.filter { !stated.contains($0) }
        let later = newer + older + obstacles.map { ($0, .caution) }
        for (index, line) in later.enumerated() { fields.add(index == 0 ? "since then" : "", line.0, line.1) }
        return fields.lines(in: style)
    }

    private func addCause(to fields: inout FieldList, in style: TextStyle) {
        guard let cause = history.cause else {
            // The label of a copy is that of another app.
            fields.add("commit", history.isCopy ? nil : history.app?.commit.map(\.shortCommit))
            return fields.add("deployment", history.withoutCause)
        }
        let row = cause.summary
        fields.add("commit", [row.commit.shortCommit, row.message].compactMap(\.self).joined(separator: "  "))
        fields.add("author", row.author)
        fields.add("push", history.delivery.map { "\($0.receivedAt.rfc3339), delivery \($0.id)" })
        for attempt in history.attempts { fields.add("before that", attempt.sentence(in: style), attempt.stage.tint) }
        fields.add("deployment", "#\(row.id), trigger \(row.triggerInWords)")
        fields.add("override", row.overrideInWords, .caution)
        fields.add("reason", row.reason?.headline)
        fields.add("approved", row.approval.map { "by \($0.by), \($0.at.rfc3339)" })
        fields.add("queued", row.queuedAt.rfc3339)
        fields.add("started", row.startedAt.map { $0.rfc3339 + after(row.queuedAt, $0) })
        let change = cause.changes.first { $0.appID == history.id }
        fields.add(
            "change",
            change.map { change in
                let values = change.fields.map { "\($0.path) \($0.values)" }
                return ([change.kind.rawValue] + values).joined(separator: ", ")
            })
        fields.add("applied as", cause.externalIDs.joined(separator: ", "))
        let end = row.finishedAt.map { $0.rfc3339 + after(row.startedAt ?? row.queuedAt, $0) }
        fields.add(row.stage == .succeeded ? "healthy" : "ended", end, row.stage == .succeeded ? .good : .plain)
        fields.add("result", history.causeEnd, row.stage.tint)
    }

    private func addState(to fields: inout FieldList) {
        if let problem = history.problem { return fields.add("now", "not known: \(problem)", .bad) }
        let since = history.app?.drift?.since.map { " (since \($0.rfc3339))" } ?? ""
        guard let app = history.app, history.exists else {
            fields.add(
                "now", history.app == nil ? "does not exist" : "does not exist, but should be running\(since)", .bad)
            return fields.add("correction", history.app?.drift?.refusal, .caution)
        }
        fields.add("now", app.healthy == nil ? "health not known" : "\(app.taskCount) healthy", app.healthTint)
        fields.add("drift", app.drift.map { $0.sentence + since }, .caution)
        fields.add("correction", app.drift?.refusal, .caution)
        let failure = app.isHealthy == true ? nil : app.lastFailure
        fields.add("failure", failure.map { "\($0.state) on \($0.host): \($0.message)" }, .bad)
    }

    private func after(_ start: Date, _ end: Date) -> String {
        ", \(Duration.seconds(max(0, end.timeIntervalSince(start))).brief) later"
    }
}
