import ArgumentParser
import Foundation
import ObserverEngine
import ObserverTUI

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        "audit", abstract: "List the actions of operators, newest first: who, from where, what, and the result.")

    @OptionGroup var page: PageFlags
    @OptionGroup var engine: EngineFlags
    @OptionGroup var output: OutputFlags

    func run() async throws {
        try output.write(
            AuditList(rows: await engine.withClient { try await $0.audit(before: page.before, limit: page.limit) }))
    }
}

struct AuditList: Report {
    let rows: [AuditEntry]

    func encode(to encoder: any Encoder) throws {
        try rows.encode(to: encoder)
    }

    func lines(in style: TextStyle) -> [String] {
        guard !rows.isEmpty else { return ["No actions."] }
        var table = Table([
            .init(title: "ID", isNumeric: true), .init(title: "TIME"),
            .init(title: "WHO", widest: 24, isFlexible: true), .init(title: "FROM", widest: 39, isFlexible: true),
            .init(title: "ACTION", widest: 32, isFlexible: true), .init(title: "RESULT"), .init(title: "DETAILS"),
        ])
        table.rows = rows.map { row in
            [
                TableCell(String(row.id)), TableCell(row.at.rfc3339, .faint), TableCell(row.by.label),
                TableCell(row.by.origin),
                TableCell([row.command, row.subject].compactMap(\.self).joined(separator: " ")),
                TableCell(row.result.rawValue, row.result.tint), TableCell(row.details),
            ]
        }
        return table.lines(in: style)
    }
}

extension AuditEntry {
    /// The first line of the operator's reason, then the answer.
    fileprivate var details: String {
        var entry = self
        entry.reason = reason?.headline
        return [entry.quotedReason, answer].compactMap(\.self).joined(separator: " ")
    }
}

extension AuditEntry.Result {
    fileprivate var tint: Tint {
        switch self {
        case .started: .caution
        case .done: .good
        case .rejected: .plain
        case .denied, .failed: .bad
        }
    }
}
