package import struct Foundation.Date

/// The webhook on GitHub and how it differs from the desired one.
package struct HookState: Codable, Sendable, Equatable {
    package enum Registration: String, Codable, Sendable {
        /// Not checked yet, or GitHub is unreachable.
        case unknown
        case registered
        /// An operator removed it, but GitHub has not confirmed that yet; see `problem`.
        case removing
        /// An operator removed it; it stays removed until an operator registers it again.
        case removed
        /// The observer has no public address to register.
        case unreachable
        /// GitHub refused; see `problem`.
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
    /// Whether deliveries of this webhook are signed with the secret of this observer.
    package var isSigned: Bool
    /// The differences from the desired webhook at the last check, as sentences.
    package var drift: [String]
    /// The HTTP status of the response to GitHub's last delivery.
    package var lastAnswer: Int?
    package var lastDeliveryAt: Date?
    /// When the last ping from GitHub arrived, which shows that the address works.
    package var lastPingAt: Date?
    package var nextReviewAt: Date?
    package var problem: String?
    /// Why GitHub may be unable to reach the observer. It is the `problem` until a delivery arrives; not in the API.
    var doubt: String?

    /// - Parameter rest: Sets the remaining fields.
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
    /// An operator removed the webhook, which is still there as far as GitHub has confirmed.
    mutating func startRemoval(of id: Int) {
        guard registration != .removing else { return }
        (registration, self.id, drift, problem, doubt) = (.removing, id, [], nil, nil)
    }

    mutating func note(doubt: String) {
        (self.doubt, problem) = (doubt, doubt)
    }

    /// A delivery with a valid signature arrived.
    mutating func markReachable() {
        if problem == doubt { problem = nil }
        doubt = nil
    }
}
