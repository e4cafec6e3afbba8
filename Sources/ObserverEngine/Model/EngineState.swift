package import struct Foundation.Date

/// What the engine is and how it is: the first thing that every client of the control API shows.
package struct EngineState: Codable, Sendable, Equatable {
    package enum Authentication: String, Codable, Sendable {
        /// GitHub has not answered yet.
        case pending
        case granted
        case refused
    }

    package var owner: String
    package var repository: String
    package var branch: String
    package var version: String
    /// Made anew at each start, so that a client notices a restart and an observer recognises itself behind a proxy.
    package var instance: String
    package var startedAt: Date
    package var publicNode: String?
    /// Where GitHub reaches us, without a trailing slash; nil while unknown.
    package var publicURL: String?
    package var marathonURL: String?
    package var authentication: Authentication
    /// A sentence for an operator: what the engine can't do right now, and what to do about it.
    package var problem: String?
    package var isPaused: Bool
    /// The commit that an operator's rollback holds the branch at.
    package var heldAt: String?
    /// A sentence: why the head of the branch is not deployed, where that is on purpose.
    package var blocked: String?
    package var rateLimitRemaining: Int?

    package init(
        owner: String, repository: String, branch: String, version: String, instance: String, startedAt: Date,
        publicNode: String? = nil, publicURL: String? = nil, marathonURL: String? = nil,
        authentication: Authentication = .pending, problem: String? = nil, isPaused: Bool = false,
        heldAt: String? = nil, blocked: String? = nil, rateLimitRemaining: Int? = nil
    ) {
        self.owner = owner
        self.repository = repository
        self.branch = branch
        self.version = version
        self.instance = instance
        self.startedAt = startedAt
        self.publicNode = publicNode
        self.publicURL = publicURL
        self.marathonURL = marathonURL
        self.authentication = authentication
        self.problem = problem
        self.isPaused = isPaused
        self.heldAt = heldAt
        self.blocked = blocked
        self.rateLimitRemaining = rateLimitRemaining
    }
}
