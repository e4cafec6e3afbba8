import Foundation

/// How often a fault happens in one test: a few times in every test run, `make test-faults` says how often.
enum FaultRounds {
    static let count = number("FAULT_ROUNDS") ?? 6
    /// Whether this is part of every test run, where cases that differ little and take long are left out.
    static let isShort = number("FAULT_ROUNDS") == nil
    static let seed = UInt64(number("FAULT_SEED") ?? 1)

    private static func number(_ variable: String) -> Int? {
        ProcessInfo.processInfo.environment[variable].flatMap(Int.init)
    }
}
