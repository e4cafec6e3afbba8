import ArgumentParser
import Foundation
import ObserverEngine

struct DeploymentsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration("deployments", abstract: "List deployments, newest first.")

    @OptionGroup var page: PageFlags
    @OptionGroup var watch: WatchFlags
    @OptionGroup var engine: EngineFlags
    @OptionGroup var output: OutputFlags

    func validate() throws {
        if watch.isGiven, page.before != nil { throw ValidationError("Use either -watch or -before, not both.") }
    }

    func run() async throws {
        try await engine.withClient { client in
            if watch.isGiven {
                let rows = try await client.deployments(limit: page.limit)
                return try await Watch(client: client, output: output).run(
                    DeploymentsWatch(rows: rows, limit: page.limit))
            }
            try output.write(
                DeploymentList(rows: try await client.deployments(before: page.before, limit: page.limit)))
        }
    }
}

struct DeploymentList: Report {
    /// The reason of a failure, behind it, matters more.
    private static let messageWidth = 32

    let rows: [DeploymentSummary]

    func encode(to encoder: any Encoder) throws {
        try rows.encode(to: encoder)
    }

    func lines(in style: TextStyle) -> [String] {
        guard !rows.isEmpty else { return ["No deployments."] }
        var table = Table([
            .init(title: "ID", isNumeric: true), .init(title: "QUEUED"), .init(title: "STAGE"), .init(title: "COMMIT"),
            .init(title: "MESSAGE", isFlexible: true), .init(title: "TRIGGER", widest: 24, isFlexible: true),
            .init(title: "TOOK", isNumeric: true), .init(title: "AUTHOR", widest: 20, isFlexible: true),
            .init(title: "DETAILS"),
        ])
        table.rows = rows.map { row in
            [
                TableCell(String(row.id)), TableCell(row.queuedAt.age(at: style.now), .faint),
                TableCell(row.stage.rawValue, row.stage.tint), TableCell(row.commit.shortCommit),
                TableCell(row.message).cut(to: Self.messageWidth), TableCell(row.triggerInWords),
                TableCell(row.took(now: style.now)), TableCell(row.author),
                TableCell(row.details(now: style.now, turn: rows.turn(of: row))),
            ]
        }
        return table.lines(in: style)
    }
}

/// The newest deployments, kept up to date.
struct DeploymentsWatch: LiveReport {
    private let limit: Int
    /// Newest first.
    private var rows: [DeploymentSummary]
    /// The rows as they were printed. A row is a line again when one of these changes, not with its progress.
    private var printed: [Int64: [String?]] = [:]

    init(rows: [DeploymentSummary], limit: Int) {
        self.rows = rows
        self.limit = limit
    }

    func rankedLines(in style: TextStyle) -> [RankedLine] {
        let list = DeploymentList(rows: rows).lines(in: style)
        let lines = zip(list.dropFirst(), rows).map { line, row in
            RankedLine(line, row.stage.isFinal ? .detail : .active)
        }
        // The headings, or the sentence that there is nothing.
        return list.prefix(1).map { RankedLine($0, .lead) } + lines
    }

    mutating func apply(_ event: ControlEvent) {
        switch event {
        case .snapshot(let snapshot):
            for row in snapshot.deployments.reversed() { rows.note(row, limit: limit) }
        case .deployment(let row): rows.note(row, limit: limit)
        case .engine, .hook, .apps, .delivery, .log, .audit: break
        }
    }

    mutating func takeChanges(as format: OutputFormat) throws -> [String] {
        let changed = rows.reversed().filter { printed[$0.id] != $0.visibleState }
        printed = Dictionary(rows.map { ($0.id, $0.visibleState) }) { $1 }
        return try changed.map { row in
            switch format {
            case .json: try format.text(of: DeploymentLine(row: row))
            case .text(let style): DeploymentLine(row: row).lines(in: style).map { $0 + "\n" }.joined()
            }
        }
    }
}

extension [DeploymentSummary] {
    /// Replaces the row with the same id, or inserts it, newest first. Changes from before a snapshot may follow it: an ended
    /// deployment does not start again, unless it had ended because of its checks.
    mutating func note(_ row: DeploymentSummary, limit: Int) {
        let known = first { $0.id == row.id }
        let mayReturn = known?.stage == .failed && known?.startedAt == nil
        if known?.stage.isFinal == true, !row.stage.isFinal, !mayReturn { return }
        note(row, limit: limit) { $0.id > $1.id }
    }
}

/// A change of a deployment, on a line of its own.
struct DeploymentLine: Report {
    let row: DeploymentSummary

    func encode(to encoder: any Encoder) throws {
        try row.encode(to: encoder)
    }

    func lines(in style: TextStyle) -> [String] {
        let stage = row.stage.rawValue.padding(toLength: 11, withPad: " ", startingAt: 0)
        let details = [
            row.triggerInWords, row.took(now: style.now), row.overrideInWords, row.reasonInWords,
            row.outcome?.headline ?? row.trouble ?? row.wait?.sentence ?? row.message,
        ]
        .compactMap(\.self)
        return [
            "\(style.now.rfc3339)  #\(row.id)  \(stage)  \(row.commit.shortCommit)  \(details.joined(separator: ", "))"
                .printable
        ]
    }
}

extension DeploymentSummary {
    fileprivate var visibleState: [String?] { [stage.rawValue, outcome, trouble, wait?.sentence] }

    /// Whether the operator set rules aside, the reason of a rollback, then the outcome.
    /// - Parameter turn: States that it waits for the running deployment; nil if it does not.
    fileprivate func details(now: Date, turn: String?) -> String {
        let state = outcome?.headline ?? trouble ?? waits(now: now) ?? turn
        return [overrideInWords, reasonInWords, state].compactMap(\.self).joined(separator: "; ")
    }

    /// `rules overridden: "hotfix"`, with the first line of the reason; nil for a deployment that obeys the rules.
    var overrideInWords: String? { override.map { "rules overridden: \"\($0.headline)\"" } }

    /// `reason: "slow queries"`, with its first line; nil for a deployment without one.
    var reasonInWords: String? { reason.map { "reason: \"\($0.headline)\"" } }

    /// `push`, or `rollback by alice`.
    var triggerInWords: String { trigger == .delivery && requestedBy == nil ? "push" : cause }

    /// The deployment, its stage and its outcome in one line.
    /// - Parameter reasonWidth: A longer outcome is cut to this number of columns.
    func sentence(in style: TextStyle, reasonWidth: Int = .max) -> String {
        let stage = stage == .queued ? ", \(style.time(queuedAt))" : " \(stage.rawValue)"
        let end = finishedAt.map { ", \(style.time($0))" } ?? ""
        // "superseded, 8 s ago: by deployment 3"
        let word = "\(self.stage.rawValue) "
        let outcome = outcome.map { $0.hasPrefix(word) ? String($0.dropFirst(word.count)) : $0 }
        let reason = outcome?.headline ?? trouble ?? waits(now: style.now)
        let result = reason.map { ": \(TableCell($0).cut(to: reasonWidth).text)" } ?? ""
        return "#\(id) of \(commit.shortCommit)\(stage)\(end)\(result)"
    }

    /// Why it does not start yet, and how long that rule still forbids it, or when a retry starts.
    func waits(now: Date) -> String? {
        if let wait { return wait.sentence + (wait.until.map { " (\($0.timeLeft(from: now)))" } ?? "") }
        return notBefore.map { "retry \(attempt - 1), starts \($0.countdown(from: now))" }
    }

    func took(now: Date) -> String? {
        startedAt.map { Duration.seconds(max(0, (finishedAt ?? now).timeIntervalSince($0))).brief }
    }
}

extension DeploymentSummary.Stage {
    var tint: Tint {
        switch self {
        case .queued, .fetching, .validating, .applying, .waiting: .caution
        case .succeeded: .good
        case .failed: .bad
        case .superseded, .cancelled, .interrupted: .faint
        }
    }
}
