import Foundation

/// How often a fault happens in one test: a few times in every test run, `make test-faults` says how often.
enum FaultRounds {
    static let count = number("FAULT_ROUNDS") ?? 6
    static let seed = UInt64(number("FAULT_SEED") ?? 1)

    private static func number(_ variable: String) -> Int? {
        ProcessInfo.processInfo.environment[variable].flatMap(Int.init)
    }
}
