package import struct Foundation.Date

extension GitHubSimulator {
    /// Everything that the simulated GitHub stores outside the git repository.
    package struct State: Sendable {
        package internal(set) var tokens: [Token]
        package internal(set) var hooks: [Hook] = []
        /// Oldest first.
        package internal(set) var deliveries: [Delivery] = []
        /// Oldest first.
        package internal(set) var statuses: [CommitStatus] = []
        /// Oldest first.
        package internal(set) var checkRuns: [CheckRun] = []
        /// The checks that the protection of a branch requires.
        var requiredChecks: [String: [String]] = [:]
        /// The checks that rulesets require, by branch, one list for each ruleset.
        var rulesets: [String: [[String]]] = [:]
        package internal(set) var violations: [String] = []
        package internal(set) var rate = RateLimit()
        /// How far GitHub's clock is ahead of this machine's, in seconds.
        var clockOffset = 0.0
        /// nil delivers at once and in order.
        var disorder: DeliveryDisorder?
        var addressMap: [String: String]
        var archives: [String: [UInt8]] = [:]
        var repository: RepositoryState
        /// New names of branches that were renamed, by their old ones.
        var renamedBranches: [String: String] = [:]
        private var lastID = 12_000_000

        init(_ options: GitHubOptions) {
            tokens = options.tokens
            addressMap = options.addressMap
            disorder = options.disorder
            repository = RepositoryState(owner: options.owner, name: options.repository)
        }

        mutating func nextID() -> Int {
            lastID += 7
            return lastID
        }
    }
}

extension GitHubSimulator {
    /// The repository's id and its names.
    struct RepositoryState: Sendable {
        var id = 58_161_203
        var owner: String
        var name: String
        /// Lower case `owner/name`; their addresses redirect to the current one.
        var previousNames: Set<String> = []
        /// Ids of other repositories that took a previous name.
        var successors: [String: Int] = [:]

        init(owner: String, name: String) {
            self.owner = owner
            self.name = name
        }

        var fullName: String { "\(owner)/\(name)" }
    }
}

/// The initial settings of the simulated GitHub.
package struct GitHubOptions: Sendable {
    package var owner = "mhausenblas"
    package var repository = "s4d"
    package var isPrivate = false
    /// The default branch. It exists from the start and contains a README.
    package var defaultBranch = "master"
    /// The branch that is pushed to by default. It does not exist before the first push.
    package var branch = "dcos"
    package var tokens: [GitHubSimulator.Token] = [.standard]
    package var pusher = GitIdentity(name: "Michael", email: "michael@example.com", login: "mhausenblas")
    /// Whether hooks on loopback addresses are rejected, as GitHub does. Off by default because tests need them.
    package var refusesLoopback = false
    /// The timeout of a webhook delivery.
    package var deliveryTimeout: Duration = .seconds(10)
    /// nil delivers at once and in order.
    package var disorder: DeliveryDisorder?
    /// The destinations of public hook addresses: `["52.37.239.156:8849": "127.0.0.1:41234"]`.
    package var addressMap: [String: String] = [:]

    package init() {}
}

extension GitHubSimulator {
    /// A webhook of the repository.
    package struct Hook: Sendable, Hashable, Identifiable {
        package let id: Int
        package var url: String
        package var events: [String]
        package var isActive = true
        /// `json` or `form`.
        package var contentType = "form"
        package var secret: String?
        package var insecureSSL = "0"
        package var createdAt: Date
        package var updatedAt: Date
        package var lastResponse = LastResponse()

        package struct LastResponse: Sendable, Hashable {
            package var code: Int?
            package var status = "unused"
            package var message: String?
        }

        package func listens(to event: String) -> Bool {
            isActive && (events.contains(event) || events.contains("*"))
        }
    }
}

extension GitHubSimulator {
    /// A status of a commit.
    package struct CommitStatus: Sendable, Hashable, Identifiable {
        package let id: Int
        package let commit: String
        /// `pending`, `success`, `failure` or `error`.
        package let state: String
        package let context: String
        package let description: String?
        package let targetURL: String?
        package let createdAt: Date
    }
}

extension GitHubSimulator {
    /// The rate limit, as reported by the `x-ratelimit-*` headers.
    package struct RateLimit: Sendable, Hashable {
        package var limit = 5000
        package var remaining = 5000
        package var reset: Date

        package init(limit: Int = 5000, remaining: Int = 5000, reset: Date = Date(timeIntervalSinceNow: 3600)) {
            self.limit = limit
            self.remaining = remaining
            self.reset = reset
        }

        func headers(clockOffset: Double = 0) -> HeaderFields {
            [
                "x-ratelimit-limit": "\(limit)", "x-ratelimit-remaining": "\(remaining)",
                "x-ratelimit-reset": "\(Int(reset.timeIntervalSince1970 + clockOffset))",
                "x-ratelimit-used": "\(limit - remaining)",
                "x-ratelimit-resource": "core",
            ]
        }

        var document: JSON {
            [
                "limit": .integer(limit), "remaining": .integer(remaining),
                "reset": .integer(Int(reset.timeIntervalSince1970)), "used": .integer(limit - remaining),
                "resource": "core",
            ]
        }
    }
}
