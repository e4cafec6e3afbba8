package import struct Foundation.Date

/// The state of the engine and of its watched branch.
package struct EngineState: Codable, Sendable, Equatable {
    package enum Authentication: String, Codable, Sendable {
        /// GitHub has not responded yet.
        case pending
        case granted
        case refused
    }

    /// Where the decisions of operators are: a pause, a hold, a removed webhook.
    package enum DecisionState: String, Codable, Sendable, CaseIterable {
        /// They are being read from the target. Nothing is deployed before that.
        case pending
        /// The target did not respond; it is asked again.
        case unavailable
        /// The newest one is on this disk only.
        case unsaved
        /// All are stored at the target, and outlive the disk.
        case saved
        /// A deploy command has no other place than this disk.
        case local

        var isKnown: Bool { self != .pending && self != .unavailable }
    }

    package var owner: String
    package var repository: String
    package var branch: String
    /// GitHub's ID of the repository; nil until it is known.
    package var repositoryID: Int64?
    /// `OWNER/NAME`, if the repository was renamed since the settings were written.
    package var renamedTo: String?
    /// The ID of another repository that has the name now; nothing is deployed until an operator accepts it.
    package var otherRepositoryID: Int64?
    /// The website of the GitHub that the repository is at, `https://github.com`.
    package var webURL: String
    package var version: String
    /// Differs for each run, so that a client notices a restart.
    package var instance: String
    package var startedAt: Date
    package var publicNode: String?
    /// The address at which GitHub reaches the observer, without a trailing slash; nil while unknown.
    package var publicURL: String?
    package var marathonURL: String?
    package var authentication: Authentication
    /// A sentence for an operator: what is not working right now, and what to do about it.
    package var problem: String?
    package var decisions: DecisionState
    package var isPaused: Bool
    /// Who paused deployments, why and until when; nil if they are not paused.
    package var pause: PauseSummary?
    /// The commit at which an operator's choice holds the branch.
    package var heldAt: String?
    /// The choice that holds the branch.
    package var hold: HoldSummary?
    /// A sentence: why the head of the branch is deliberately not deployed.
    package var blocked: String?
    /// A sentence: why the head of the branch needs no deployment, and which commit should run instead.
    package var skipped: String?
    package var rateLimitRemaining: Int?
    package var gitHub: DependencyState
    /// nil with a deploy command, which has no address.
    package var target: DependencyState?
    /// Seconds between polls of the head of the branch; 0 if it is not polled.
    package var pollSeconds: Int?
    /// How long after its start a deployment fails if it is not complete.
    package var deployTimeoutSeconds: Double?

    /// - Parameter rest: Sets the remaining fields.
    package init(
        branch: WatchedBranch, version: String, instance: String, startedAt: Date,
        _ rest: (inout EngineState) -> Void = { _ in }
    ) {
        owner = branch.repository.owner
        repository = branch.repository.name
        self.branch = branch.name
        webURL = "https://github.com"
        self.version = version
        self.instance = instance
        self.startedAt = startedAt
        authentication = .pending
        decisions = .local
        isPaused = false
        gitHub = DependencyState(name: "GitHub")
        rest(&self)
    }
}

extension EngineState {
    /// How new pushes are found without a webhook, as a sentence.
    package var pushesWithoutWebhook: String {
        pollSeconds == 0
            ? "New pushes are then not found, because polling is off (-poll 0)."
            : "New pushes are then only found by polling."
    }

    var watched: WatchedBranch {
        WatchedBranch(repository: RepositoryName(owner: owner, name: repository), name: branch)
    }
}

/// The version of the program.
package enum Version {
    package static let current = "0.5.0"
}
