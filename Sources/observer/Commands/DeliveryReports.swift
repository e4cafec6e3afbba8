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
            .init(title: "BRANCH", widest: 20, isFlexible: true), .init(title: "COMMIT"), .init(title: "VERDICT"),
            .init(title: "DEPLOYMENT", isNumeric: true), .init(title: "AUTHOR", widest: 20, isFlexible: true),
            .init(title: "DETAILS"),
        ])
        table.rows = rows.map { row in
            [
                TableCell(String(row.id)), TableCell(row.receivedAt.age(at: style.now), .faint), TableCell(row.event),
                TableCell(row.branch), TableCell(row.commit.map(\.shortCommit)),
                TableCell(row.verdict.rawValue, row.verdict.tint), TableCell(row.deployment.map(String.init)),
                TableCell(row.author),
                TableCell(row.reason ?? row.message),
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
        fields.add("delivery", [String(summary.id), summary.guid].filter { !$0.isEmpty }.joined(separator: ", "))
        fields.add("received", "\(summary.receivedAt.rfc3339), \(summary.receivedAt.age(at: style.now))")
        fields.add("event", summary.event)
        fields.add("branch", summary.branch)
        fields.add("commit", summary.commit)
        fields.add("author", summary.author)
        fields.add("message", summary.message)
        fields.add(
            "verdict", [summary.verdict.rawValue, summary.reason].compactMap(\.self).joined(separator: ": "),
            summary.verdict.tint)
        fields.add("deployment", summary.deployment.map(String.init))
        fields.add("headers", delivery.headers.isEmpty ? summary.whyWithoutHeaders : nil, .faint)
        let headers = delivery.headers.map { style.paint("\($0.name.printable):", .faint) + " \($0.value.printable)" }
        let body = JSONText.lines(of: delivery.body).map(\.printable)
        return fields.lines(in: style) + (headers.isEmpty ? [] : [""] + headers)
            + (delivery.body.isEmpty ? [] : [""] + body)
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
