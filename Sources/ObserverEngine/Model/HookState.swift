package import struct Foundation.Date

/// The webhook at GitHub as we want it and as it is.
package struct HookState: Codable, Sendable, Equatable {
    package enum Registration: String, Codable, Sendable {
        /// Not looked at yet, or GitHub does not answer.
        case unknown
        case registered
        /// An operator removed it; it stays removed until somebody registers it again.
        case removed
        /// There is no public address to register.
        case unreachable
        /// GitHub refused; `problem` says why.
        case failed
    }

    package var registration: Registration
    package var id: Int?
    package var url: String?
    package var events: [String]
    package var contentType: String?
    /// Whether deliveries of this hook are signed with our secret.
    package var isSigned: Bool
    /// In words: what differed from what we want when we last looked, empty where nothing did.
    package var drift: [String]
    /// The status that we answered to GitHub's last delivery.
    package var lastAnswer: Int?
    package var lastDeliveryAt: Date?
    /// When a ping of GitHub last reached us: the proof that the address works.
    package var lastPingAt: Date?
    package var nextReviewAt: Date?
    package var problem: String?
    /// Why nothing proves that GitHub reaches us, which is the `problem` until something does; for the engine alone.
    var doubt: String?

    package init(
        registration: Registration = .unknown, id: Int? = nil, url: String? = nil, events: [String] = [],
        contentType: String? = nil, isSigned: Bool = false, drift: [String] = [], lastAnswer: Int? = nil,
        lastDeliveryAt: Date? = nil, lastPingAt: Date? = nil, nextReviewAt: Date? = nil, problem: String? = nil
    ) {
        self.registration = registration
        self.id = id
        self.url = url
        self.events = events
        self.contentType = contentType
        self.isSigned = isSigned
        self.drift = drift
        self.lastAnswer = lastAnswer
        self.lastDeliveryAt = lastDeliveryAt
        self.lastPingAt = lastPingAt
        self.nextReviewAt = nextReviewAt
        self.problem = problem
    }

    private enum CodingKeys: CodingKey {
        case registration, id, url, events, contentType, isSigned, drift, lastAnswer, lastDeliveryAt, lastPingAt
        case nextReviewAt, problem
    }
}

extension HookState {
    mutating func note(doubt: String) {
        (self.doubt, problem) = (doubt, doubt)
    }

    /// A delivery came that is signed with our secret.
    mutating func provesToBeReached() {
        if problem == doubt { problem = nil }
        doubt = nil
    }
}
