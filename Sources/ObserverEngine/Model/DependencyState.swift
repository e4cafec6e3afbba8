package import struct Foundation.Date

/// Whether a service that the observer depends on answers, according to the requests that it makes anyway.
package struct DependencyState: Codable, Sendable, Equatable {
    package enum Condition: String, Codable, Sendable, CaseIterable {
        /// Nothing was requested yet.
        case unknown
        case reachable
        /// The last request got no usable answer.
        case unreachable
        /// It answers, but rejects the credentials.
        case refusing
    }

    /// `GitHub` or `Marathon`
    package var name: String
    package var condition: Condition
    /// The address of its API; nil while unknown.
    package var address: String?
    /// When the condition began.
    package var since: Date?
    /// Why it is unreachable or refusing, in a few words: "connection refused".
    package var reason: String?
    /// When it last responded, to within `DependencyState.resolution`.
    package var lastAnswerAt: Date?

    /// How far, in seconds, `lastAnswerAt` may lag behind: a change for every request would be too many.
    package static let resolution = 5.0

    package init(name: String, address: String? = nil) {
        self.name = name
        self.address = address
        condition = .unknown
    }
}

/// The result of a request, as far as it concerns the service that it was sent to.
package enum DependencyObservation: Equatable, Sendable {
    case answered
    /// - Parameter reason: A few words: "connection refused".
    case failed(reason: String)
    case refused(reason: String)
}

extension DependencyState {
    /// - Returns: Whether anything changed.
    package mutating func note(_ observation: DependencyObservation, at now: Date) -> Bool {
        let before = self
        switch observation {
        case .answered: begin(.reachable, reason: nil, at: now)
        case .failed(let reason): begin(.unreachable, reason: reason, at: now)
        case .refused(let reason): begin(.refusing, reason: reason, at: now)
        }
        if condition != .unreachable { noteAnswer(at: now, isNews: condition != before.condition) }
        return self != before
    }

    private mutating func begin(_ condition: Condition, reason: String?, at now: Date) {
        if self.condition != condition { since = now }
        (self.condition, self.reason) = (condition, reason)
    }

    private mutating func noteAnswer(at now: Date, isNews: Bool) {
        let age = lastAnswerAt.map { now.timeIntervalSince($0) }
        // The clock may have been set back.
        if isNews || age.map({ !(0..<Self.resolution).contains($0) }) ?? true { lastAnswerAt = now }
    }

    /// "Marathon does not respond: connection refused", without a full stop; nil if there is no trouble.
    package var trouble: String? {
        switch condition {
        case .unknown, .reachable: nil
        case .unreachable: "\(name) \(Self.failure(reason ?? "reason unknown"))"
        case .refusing: "\(name) rejects the credentials: \(reason ?? "reason unknown")"
        }
    }
}

extension DependencyState {
    /// A response that can't be used, and a timeout, are not the same as no connection.
    private static func failure(_ reason: String) -> String {
        let timeout = "no response"
        if reason.hasPrefix(timeout) { return "did not respond\(reason.dropFirst(timeout.count))" }
        let isAnswer = reason.hasPrefix("status ") || reason == "unreadable response"
        return isAnswer ? "is not working: \(reason)" : "does not respond: \(reason)"
    }
}

extension DependencyObservation {
    var isFailure: Bool { self != .answered }
}
