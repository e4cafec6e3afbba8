/// A disturbance of one simulated server, for the requests that it matches.
package struct Fault: Sendable {
    package var matches: @Sendable (SimulatedRequest) -> Bool
    /// How many requests it disturbs; nil for all.
    package var times: Int?
    package var effect: Effect

    package enum Effect: Sendable {
        /// Answers this instead; the request has no effect.
        case status(Int, headers: HeaderFields = [:], body: String = "")
        /// Sends to the same path of another server; the request has no effect.
        case redirect(Int, to: String)
        /// Answers normally, but later.
        case delay(Duration)
        /// Never answers; the request has no effect.
        case hang
        /// Resets the connection without an answer; the request has no effect.
        case reset
        /// Performs the request, then resets the connection in the middle of the answer.
        case resetMidway
        /// Performs the request, then resets the connection without an answer.
        case loseAnswer
        /// Performs the request, but answers with this status as if it had failed.
        case deny(Int)
        /// Performs the request, but answers this body with the status that it has earned.
        case body(String, type: String = "application/json")
        /// Performs the request, but sends only the first half of the answer's body as if it were all.
        case truncate
    }

    package init(
        when matches: @escaping @Sendable (SimulatedRequest) -> Bool = { _ in true },
        times: Int? = nil,
        effect: Effect
    ) {
        self.matches = matches
        self.times = times
        self.effect = effect
    }

    /// For one method (nil: every one) and path, which may end in `*`.
    package init(_ method: RequestMethod?, _ path: String, times: Int? = nil, effect: Effect) {
        self.init(when: { $0.matches(method, path) }, times: times, effect: effect)
    }
}

extension SimulatedRequest {
    /// Whether the request has the method (nil: every one) and the path, which may end in `*`.
    package func matches(_ method: RequestMethod?, _ path: String) -> Bool {
        guard method == nil || method == self.method else { return false }
        return path.hasSuffix("*") ? self.path.hasPrefix(path.dropLast()) : self.path == path
    }
}
