import ArgumentParser
import Foundation
import ObserverEngine

struct DeploymentsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration("deployments", abstract: "List deployments, newest first.")

    @OptionGroup var page: PageFlags
    @OptionGroup var engine: EngineFlags
    @OptionGroup var output: OutputFlags

    func run() async throws {
        let rows = try await engine.withClient { try await $0.deployments(before: page.before, limit: page.limit) }
        try output.write(DeploymentList(rows: rows))
    }
}

struct DeploymentList: Report {
    let rows: [DeploymentSummary]

    func encode(to encoder: any Encoder) throws {
        try rows.encode(to: encoder)
    }

    func lines(in style: TextStyle) -> [String] {
        guard !rows.isEmpty else { return ["No deployments."] }
        var table = Table([
            .init(title: "ID", isNumeric: true), .init(title: "QUEUED"), .init(title: "STAGE"), .init(title: "COMMIT"),
            .init(title: "TRIGGER"), .init(title: "TOOK", isNumeric: true), .init(title: "AUTHOR"),
            .init(title: "DETAILS"),
        ])
        table.rows = rows.map { row in
            [
                TableCell(String(row.id)), TableCell(row.queuedAt.age(at: style.now), .faint),
                TableCell(row.stage.rawValue, row.stage.tint), TableCell(String(row.commit.prefix(7))),
                TableCell(row.trigger.rawValue), TableCell(row.took(now: style.now)), TableCell(row.author),
                TableCell(row.outcome ?? row.trouble ?? row.message),
            ]
        }
        return table.lines(in: style)
    }
}

extension DeploymentSummary {
    /// The deployment, its stage and its outcome in one line.
    func sentence(now: Date) -> String {
        let age = finishedAt.map { ", \($0.age(at: now))" } ?? ""
        let result = (outcome ?? trouble).map { ": \($0)" } ?? ""
        return "#\(id) of \(commit.prefix(7)) \(stage.rawValue)\(age)\(result)"
    }

    fileprivate func took(now: Date) -> String? {
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
