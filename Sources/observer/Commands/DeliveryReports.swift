import Foundation
import ObserverEngine

struct DeliveryList: Report {
    let rows: [DeliverySummary]

    func encode(to encoder: any Encoder) throws {
        try rows.encode(to: encoder)
    }

    func lines(in style: TextStyle) -> [String] {
        guard !rows.isEmpty else { return ["No deliveries."] }
        var table = Table([
            .init(title: "ID", isNumeric: true), .init(title: "RECEIVED"), .init(title: "EVENT"),
            .init(title: "BRANCH"), .init(title: "COMMIT"), .init(title: "VERDICT"),
            .init(title: "DEPLOYMENT", isNumeric: true), .init(title: "AUTHOR"), .init(title: "DETAILS"),
        ])
        table.rows = rows.map { row in
            [
                Cell(String(row.id)), Cell(Age(of: row.receivedAt, at: style.now).text, .faint), Cell(row.event),
                Cell(row.branch), Cell(row.commit.map { String($0.prefix(7)) }),
                Cell(row.verdict.rawValue, row.verdict.tint), Cell(row.deployment.map(String.init)), Cell(row.author),
                Cell(row.reason ?? row.message),
            ]
        }
        return table.lines(in: style)
    }
}

/// A delivery with the headers and the body that GitHub sent.
struct DeliveryPage: Report {
    let delivery: DeliveryDetail

    func encode(to encoder: any Encoder) throws {
        try delivery.encode(to: encoder)
    }

    func lines(in style: TextStyle) -> [String] {
        let summary = delivery.summary
        var fields = FieldList()
        fields.add("delivery", "\(summary.id), \(summary.guid)")
        fields.add("received", "\(summary.receivedAt.rfc3339), \(Age(of: summary.receivedAt, at: style.now).text)")
        fields.add("event", summary.event)
        fields.add("branch", summary.branch)
        fields.add("commit", summary.commit)
        fields.add("author", summary.author)
        fields.add("message", summary.message)
        fields.add(
            "verdict", [summary.verdict.rawValue, summary.reason].compactMap(\.self).joined(separator: ": "),
            summary.verdict.tint)
        fields.add("deployment", summary.deployment.map(String.init))
        let headers = delivery.headers.map { style.paint("\($0.name.printable):", .faint) + " \($0.value.printable)" }
        let body = readableBody.split(separator: "\n", omittingEmptySubsequences: false).map { String($0).printable }
        return fields.lines(in: style) + (headers.isEmpty ? [] : [""] + headers)
            + (delivery.body.isEmpty ? [] : [""] + body)
    }

    /// The body, indented if it is JSON.
    private var readableBody: String {
        guard let value = try? JSONSerialization.jsonObject(with: Data(delivery.body.utf8)),
            let pretty = try? JSONSerialization.data(
                withJSONObject: value, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
        else { return delivery.body }
        return String(decoding: pretty, as: UTF8.self)
    }
}

extension DeliverySummary.Verdict {
    var tint: Tint {
        switch self {
        case .accepted: .good
        case .ping, .ignored, .duplicate: .faint
        case .rejected: .bad
        }
    }
}
