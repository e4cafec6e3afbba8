import ObserverEngine

/// The table of deliveries.
struct DeliveryList: Report {
    let rows: [DeliverySummary]

    func encode(to encoder: any Encoder) throws {
        try rows.encode(to: encoder)
    }

    func lines(in style: TextStyle) -> [String] {
        guard !rows.isEmpty else { return ["No deliveries."] }
        var table = Table([
            .init(title: "ID", isNumeric: true), .init(title: "RECEIVED"), .init(title: "EVENT"),
            .init(title: "BRANCH"),
            .init(title: "COMMIT"), .init(title: "VERDICT"), .init(title: "DEPLOYMENT", isNumeric: true),
            .init(title: "AUTHOR"), .init(title: "WHAT"),
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

extension DeliverySummary.Verdict {
    var tint: Tint {
        switch self {
        case .accepted: .good
        case .ping, .ignored, .duplicate: .faint
        case .rejected: .bad
        }
    }
}
