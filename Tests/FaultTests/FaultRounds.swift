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

/// A reproducible random number generator, SplitMix64.
/// Source: https://prng.di.unimi.it/splitmix64.c
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    mutating func moment(within limit: Duration) -> Duration {
        limit * Double.random(in: 0...1, using: &self)
    }
}
