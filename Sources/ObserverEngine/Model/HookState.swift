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

    /// `owner/name` and branch that the webhook serves.
    package var repository: String?
    package var branch: String?
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

    /// - Parameter rest: Sets what is known besides.
    package init(
        registration: Registration = .unknown, id: Int? = nil, url: String? = nil, problem: String? = nil,
        _ rest: (inout HookState) -> Void = { _ in }
    ) {
        self.registration = registration
        self.id = id
        self.url = url
        self.problem = problem
        events = []
        isSigned = false
        drift = []
        rest(&self)
    }

    package init(of branch: WatchedBranch) {
        self.init { ($0.repository, $0.branch) = (branch.repository.description, branch.name) }
    }

    private enum CodingKeys: CodingKey {
        case repository, branch, registration, id, url, events, contentType, isSigned, drift, lastAnswer,
            lastDeliveryAt, lastPingAt
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
