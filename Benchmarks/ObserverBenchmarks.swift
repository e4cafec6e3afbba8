import Foundation

/// `observer-benchmarks dashboard`, `deliveries` or `scale`.
@main
struct ObserverBenchmarks {
    static func main() async throws {
        switch CommandLine.arguments.dropFirst().first ?? "dashboard" {
        case "dashboard": try await DashboardBenchmark.run()
        case "deliveries": try await finish(DeliveryBenchmarks.run)
        case "scale": try await finish(ScaleBenchmarks.run)
        default:
            print("usage: observer-benchmarks dashboard | deliveries | scale")
            exit(64)
        }
    }

    /// Prints the table, and fails where a measurement exceeds its budget.
    private static func finish(_ measure: (inout Results) async throws -> Void) async throws {
        var results = try Results(budgets: "Benchmarks/budget.json")
        try await measure(&results)
        print(results.table)
        if results.hasFailed { exit(1) }
    }
}
