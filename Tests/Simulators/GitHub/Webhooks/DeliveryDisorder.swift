/// Unreliable deliveries, decided by a seed: GitHub sends them seconds later, in another order, twice, or not at all.
package struct DeliveryDisorder: Sendable {
    /// The fate of one delivery.
    struct Fate {
        var delay = Duration.zero
        /// 0 if it is neither sent nor listed.
        var copies = 1
    }

    /// The events of checks.
    package static let checks: Set<String> = ["check_suite", "status"]

    private let events: Set<String>?
    private let maximumDelay: Duration
    private let lostOneIn: Int?
    private let repeatedOneIn: Int?
    private var random: SeededRandom

    /// - Parameters:
    ///   - events: The events that it concerns; nil for all. The others are delivered at once and in order.
    ///   - delay: The longest delay; each delivery has its own, so they overtake each other.
    ///   - lostOneIn: One of this many never arrives; nil for none, 1 for all.
    ///   - repeatedOneIn: One of this many arrives twice; nil for none.
    package init(
        seed: UInt64, of events: Set<String>? = nil, delay: Duration = .seconds(3), lostOneIn: Int? = nil,
        repeatedOneIn: Int? = nil
    ) {
        self.events = events
        random = SeededRandom(seed: seed)
        maximumDelay = delay
        self.lostOneIn = lostOneIn
        self.repeatedOneIn = repeatedOneIn
    }

    func concerns(_ event: String) -> Bool { events?.contains(event) ?? true }

    mutating func nextFate() -> Fate {
        let delay = random.moment(within: maximumDelay)
        let isLost = happens(oneIn: lostOneIn)
        let isRepeated = happens(oneIn: repeatedOneIn)
        return Fate(delay: delay, copies: isLost ? 0 : isRepeated ? 2 : 1)
    }

    private mutating func happens(oneIn count: Int?) -> Bool {
        guard let count else { return false }
        return Int.random(in: 0..<count, using: &random) == 0
    }
}
