import Synchronization

/// A fault of a simulated server, for the requests that it matches.
package struct Fault: Sendable {
    package var matches: @Sendable (SimulatedRequest) -> Bool
    /// How many requests it affects; nil for all.
    package var times: Int?
    package var effect: Effect

    package enum Effect: Sendable {
        /// Responds with this instead; the request has no effect.
        case status(Int, headers: HeaderFields = [:], body: String = "")
        /// Redirects to the same path of another server; the request has no effect.
        case redirect(Int, to: String)
        /// Responds normally, but later.
        case delay(Duration)
        /// Performs the request, but sends the response only once the gate is open: it is out of date by then.
        case hold(AnswerGate)
        /// Never responds; the request has no effect.
        case hang
        /// Resets the connection without a response; the request has no effect.
        case reset
        /// Performs the request, then resets the connection in the middle of the response.
        case resetMidway
        /// Performs the request, then resets the connection without a response.
        case loseAnswer
        /// Performs the request, but responds with this status as if it had failed.
        case deny(Int)
        /// Performs the request and keeps its status, but responds with this body.
        case body(String, type: String = "application/json")
        /// Performs the request, but sends only the first half of the body, as if it were complete.
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

    /// Matches one method (nil: any) and path, in which a `*` is any segment, at the end any rest.
    package init(_ method: RequestMethod?, _ path: String, times: Int? = nil, effect: Effect) {
        self.init(when: { $0.matches(method, path) }, times: times, effect: effect)
    }
}

/// Keeps a response back until a test opens it.
package final class AnswerGate: Sendable {
    private struct State {
        var isHolding = false
        var isOpen = false
    }

    private let state = Awaitable(State())

    package init() {}

    /// Waits until a response is being kept back.
    package func holding() async throws {
        _ = try await state.wait(for: "a held response") { $0.isHolding ? true : nil }
    }

    package func open() {
        state.change { $0.isOpen = true }
    }

    func pass() async {
        state.change { $0.isHolding = true }
        _ = try? await state.wait(for: "an open gate", timeout: nil) { $0.isOpen ? true : nil }
    }
}

extension SimulatedRequest {
    /// Whether the request has the method (nil: any) and the path. A `*` is any segment, at the end any rest.
    package func matches(_ method: RequestMethod?, _ path: String) -> Bool {
        guard method == nil || method == self.method else { return false }
        let isPrefix = path.hasSuffix("*")
        let pattern = isPrefix ? path.dropLast() : path[...]
        guard pattern.contains("*") else { return isPrefix ? self.path.hasPrefix(pattern) : self.path == pattern }
        let wanted = pattern.split(separator: "/", omittingEmptySubsequences: false)
        let parts = self.path.split(separator: "/", omittingEmptySubsequences: false)
        guard isPrefix ? parts.count >= wanted.count : parts.count == wanted.count else { return false }
        return zip(wanted, parts).enumerated().allSatisfy { index, pair in
            if isPrefix, index == wanted.count - 1 { return pair.1.hasPrefix(pair.0) }
            return pair.0 == "*" || pair.0 == pair.1
        }
    }
}

/// The faults of one server, in order of injection.
final class FaultList: Sendable {
    private let faults = Mutex<[Fault]>([])

    func add(_ fault: Fault) {
        faults.withLock { $0.append(fault) }
    }

    func clear() {
        faults.withLock { $0.removeAll() }
    }

    /// Returns the effect of the first fault that matches, and counts it as used.
    func effect(for request: SimulatedRequest) -> Fault.Effect? {
        faults.withLock { faults in
            guard let index = faults.firstIndex(where: { $0.matches(request) }) else { return nil }
            let effect = faults[index].effect
            if let times = faults[index].times {
                faults[index].times = times - 1
                if times <= 1 { faults.remove(at: index) }
            }
            return effect
        }
    }
}
