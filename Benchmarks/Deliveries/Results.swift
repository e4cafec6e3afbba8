import Foundation

/// Measurements compared with their budgets.
struct Results {
    private struct Budget: Decodable {
        var atMost: Double?
        var atLeast: Double?
        let unit: String
    }

    private struct Row {
        let name: String
        let value: String
        let budget: String
        let verdict: String
    }

    private let budgets: [String: Budget]
    private var rows: [Row] = []
    private(set) var hasFailed = false

    init(budgets path: String) throws {
        let file = try Data(contentsOf: URL(fileURLWithPath: path))
        budgets = try JSONDecoder().decode([String: Budget].self, from: file)
    }

    mutating func add(_ name: String, _ value: Double, _ note: String = "") {
        let budget = budgets[name]
        let isMet = value <= budget?.atMost ?? .infinity && value >= budget?.atLeast ?? -.infinity
        if !isMet { hasFailed = true }
        let limit = budget?.atMost.map { "<= \(Self.text($0))" } ?? budget?.atLeast.map { ">= \(Self.text($0))" } ?? ""
        let unit = budget.map { " \($0.unit)" } ?? ""
        rows.append(
            Row(
                name: name, value: Self.text(value) + unit + (note.isEmpty ? "" : " (\(note))"), budget: limit,
                verdict: budget == nil ? "" : isMet ? "ok" : "OVER"))
        FileHandle.standardError.write(Data("\(name): \(rows[rows.count - 1].value)\n".utf8))
    }

    var table: String {
        let lines =
            [["measurement", "measured", "budget", ""], ["---", "---", "---", "---"]]
            + rows.map { [$0.name, $0.value, $0.budget, $0.verdict] }
        return lines.map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n")
    }

    private static func text(_ value: Double) -> String {
        value >= 100 || value == value.rounded() ? String(Int(value.rounded())) : String(format: "%.2f", value)
    }
}

extension [Double] {
    /// Of an empty list: not a number, which meets no budget.
    var median: Double { percentile(50) }

    func percentile(_ percent: Int) -> Double { isEmpty ? .nan : sorted()[Swift.min(count * percent / 100, count - 1)] }
}

extension Duration {
    var inMilliseconds: Double { Double(components.seconds) * 1e3 + Double(components.attoseconds) / 1e15 }
    var inSeconds: Double { inMilliseconds / 1000 }
}
