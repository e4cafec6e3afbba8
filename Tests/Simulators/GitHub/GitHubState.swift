extension GitHubSimulator {
    /// Everything that the simulated GitHub keeps beside the git repository.
    package struct State: Sendable {
        package internal(set) var tokens: [Token]
        package internal(set) var hooks: [Hook] = []
        /// Oldest first.
        package internal(set) var deliveries: [Delivery] = []
        /// Oldest first.
        package internal(set) var statuses: [CommitStatus] = []
        package internal(set) var violations: [String] = []
        package internal(set) var rate = RateLimit()
        /// How far GitHub's clock is ahead of this machine's.
        var clockOffset = 0.0
        var addressMap: [String: String]
        var archives: [String: [UInt8]] = [:]
        private var lastID = 12_000_000

        init(_ options: GitHubOptions) {
            tokens = options.tokens
            addressMap = options.addressMap
        }

        mutating func nextID() -> Int {
            lastID += 7
            return lastID
        }
    }
}
