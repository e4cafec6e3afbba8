import Foundation

/// The number of rounds in each fault test: few in a normal test run, FAULT_ROUNDS with `make test-faults`.
enum FaultRounds {
    static let count = number("FAULT_ROUNDS") ?? 6
    /// Whether this is a normal test run, which skips slow and similar cases.
    static let isShort = number("FAULT_ROUNDS") == nil
    static let seed = UInt64(number("FAULT_SEED") ?? 1)

    private static func number(_ variable: String) -> Int? {
        ProcessInfo.processInfo.environment[variable].flatMap(Int.init)
    }
}
