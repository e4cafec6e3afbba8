/// How long to wait before each further try: doubling, with jitter so that a recovering server is not met by a crowd.
package struct Backoff: Sendable {
    private var next: Duration
    private let limit: Duration

    package init(first: Duration = .seconds(1), limit: Duration = .seconds(60)) {
        self.next = first
        self.limit = limit
    }

    /// Between half and all of a delay that doubles from call to call up to the limit.
    package mutating func delay(using generator: inout some RandomNumberGenerator) -> Duration {
        let full = next
        next = min(next * 2, limit)
        return full * Double.random(in: 0.5...1, using: &generator)
    }

    package mutating func delay() -> Duration {
        var generator = SystemRandomNumberGenerator()
        return delay(using: &generator)
    }
}
