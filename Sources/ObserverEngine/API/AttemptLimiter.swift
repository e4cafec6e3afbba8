/// Bounds how often one address may guess: a few failures at once, then one more each second.
package struct AttemptLimiter: Sendable {
    /// Failures that an address may have at once.
    static let burst = 5
    /// Addresses that are remembered.
    static let capacity = 1024

    private struct Failures {
        var count: Double
        var at: ContinuousClock.Instant
    }

    private var failures: [IPAddress?: Failures] = [:]

    package init() {}

    package func mayTry(_ address: IPAddress?, at now: ContinuousClock.Instant) -> Bool {
        remaining(of: address, at: now) <= Double(Self.burst) - 1
    }

    package mutating func noteFailure(_ address: IPAddress?, at now: ContinuousClock.Instant) {
        if failures.count >= Self.capacity, failures[address] == nil {
            failures = failures.filter { remaining(of: $0.key, at: now) > 0 }
            // A crowd of strangers that all fail at once: the oldest makes room.
            if failures.count >= Self.capacity, let oldest = failures.min(by: { $0.value.at < $1.value.at })?.key {
                failures.removeValue(forKey: oldest)
            }
        }
        failures[address] = Failures(count: remaining(of: address, at: now) + 1, at: now)
    }

    /// Failures that are not forgiven yet: one each second is.
    private func remaining(of address: IPAddress?, at now: ContinuousClock.Instant) -> Double {
        guard let known = failures[address] else { return 0 }
        return max(0, known.count - (now - known.at).seconds)
    }
}
