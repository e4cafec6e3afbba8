import Foundation

/// Checks the token, the repository, the branch, the webhook and the clock.
struct GitHubChecks {
    private let configuration: Configuration
    private let gitHub: GitHubClient
    private let publicURL: ServiceURL?
    private let seen: ObservedEngine?

    init(configuration: Configuration, http: HTTPTransport, publicURL: ServiceURL?, seen: ObservedEngine?) {
        self.configuration = configuration
        self.publicURL = publicURL
        self.seen = seen
        gitHub = Self.client(configuration, http)
    }

    fileprivate static func client(_ configuration: Configuration, _ http: HTTPTransport) -> GitHubClient {
        GitHubClient(
            http: http, api: configuration.gitHub.api, repository: configuration.branch.repository,
            token: AccessToken(configuration.gitHub.accessToken, file: nil))
    }

    /// Only the token if GitHub rejects it; the other checks need it.
    func findings() async throws -> [Finding] {
        let grant = try await result { try await gitHub.authenticate() }
        let token = Finding.token(grant)
        guard case .success(let grant) = grant else { return [token] }
        let now = Date()
        let head = try await result { try await gitHub.branch(configuration.branch.name).commit.sha }
        return [
            token, .expiry(of: grant, now: now),
            .repository(configuration.branch.repository, of: grant, seen: seen?.engine),
            .branch(configuration.branch.name, head: head), try await checks(of: head), try await webhook(),
            .clock(of: grant, now: now),
        ].compactMap(\.self)
    }

    /// Makes the calls that -require-checks needs; nil if it is off.
    private func checks(of head: Result<CommitID, GitHubError>) async throws -> Finding? {
        let required = configuration.deployment.policy.checks
        guard required != .off, case .success(let commit) = head else { return nil }
        let pages = PageCache()
        let names = try await result { () -> [String]? in
            _ = try await gitHub.checkRuns(of: commit, pages)
            _ = try await gitHub.statuses(of: commit, pages)
            return required == .required
                ? try await gitHub.requiredChecks(of: configuration.branch.name, pages) : nil
        }
        return .checks(names, branch: configuration.branch.name)
    }

    private func webhook() async throws -> Finding {
        guard let publicURL else { return .webhookWithoutAddress }
        return .webhook(
            desired: DesiredWebhook(
                publicURL: publicURL, secret: configuration.hookSecret,
                events: DesiredWebhook.events(includingChecks: configuration.deployment.policy.checks != .off)),
            actual: try await result { try await gitHub.hooks() }, seen: seen?.hook)
    }

    private func result<Value>(_ ask: () async throws -> Value) async throws -> Result<Value, GitHubError> {
        do {
            return .success(try await ask())
        } catch let error as GitHubError {
            return .failure(error)
        }
    }
}

extension Doctor {
    /// Whether GitHub rejects the token. A GitHub that does not respond has not rejected it.
    package static func isTokenRejected(_ configuration: Configuration, http: HTTPTransport) async throws -> Bool {
        do {
            _ = try await GitHubChecks.client(configuration, http).authenticate()
            return false
        } catch let error as GitHubError {
            return error.rejectsToken
        }
    }
}

extension Finding {
    /// Warn this long before the token expires.
    private static let expiryNotice = 14 * 86_400.0
    /// Allows for the response time and GitHub's dates in whole seconds.
    private static let clockTolerance = 30.0
    /// Beyond this, certificates and timestamped signatures are rejected.
    private static let clockLimit = 300.0

    static func token(_ grant: Result<TokenGrant, GitHubError>) -> Finding {
        switch grant {
        case .failure(let error):
            return Finding(
                .token, .failure, error.cause,
                remedy: error.remedy ?? "Check the network between this machine and GitHub, and -github-api.")
        case .success(let grant):
            if grant.managesHooks == false {
                return Finding(
                    .token, .failure, "The \(grant.summary) can't manage webhooks.",
                    remedy: "Grant it repo or admin:repo_hook at \(grant.webURL)/settings/tokens.")
            }
            if grant.reportsStatuses == false {
                return Finding(
                    .token, .warning, "The \(grant.summary) can't report commit statuses.",
                    remedy: "Grant it repo:status at \(grant.webURL)/settings/tokens, or set -no-commit-status.")
            }
            return Finding(.token, .ok, grant.summary)
        }
    }

    static func expiry(of grant: TokenGrant, now: Date) -> Finding {
        guard let expiresAt = grant.expiresAt else {
            return Finding(.expiry, .ok, "token has no expiry date")
        }
        let left = expiresAt.timeIntervalSince(now)
        let remedy = "Create a new token at \(grant.webURL)/settings/tokens."
        if left <= 0 {
            return Finding(.expiry, .failure, "The token expired at \(expiresAt.rfc3339).", remedy: remedy)
        }
        let text = "The token expires at \(expiresAt.rfc3339), in \(Int(left / 86_400)) days"
        return left < expiryNotice
            ? Finding(.expiry, .warning, text + ".", remedy: remedy) : Finding(.expiry, .ok, text)
    }

    /// - Parameter engine: The running observer, which remembers the repository's id.
    static func repository(_ name: RepositoryName, of grant: TokenGrant, seen engine: EngineState? = nil) -> Finding {
        if let known = engine?.repositoryID, let found = grant.repositoryID, known != found {
            return Finding(
                .repository, .failure,
                "\(name) is another repository now: its GitHub ID is \(found) instead of \(known).",
                remedy: "If it was created again on purpose, run: observer accept-repository. Otherwise set -owner and "
                    + "-repo to the new name of the repository that was watched.")
        }
        return RepositoryName(fullName: grant.repository) == name
            ? Finding(.repository, .ok, "\(name)")
            : Finding(
                .repository, .warning,
                "\(name) was renamed to \(grant.repository); it is still recognized by its GitHub ID.",
                remedy: "Set -owner and -repo to the new name, before another repository takes the old one.")
    }

    static func branch(_ name: String, head: Result<CommitID, GitHubError>) -> Finding {
        switch head {
        case .success(let commit):
            Finding(.branch, .ok, "\(name) is at \(commit.short)")
        case .failure(let error) where error.reason == .notFound:
            Finding(
                .branch, .warning, "Branch \(name) does not exist yet.", remedy: "Push it: git push origin HEAD:\(name)"
            )
        case .failure(let error):
            Finding(
                .branch, .failure, "Can't \(error.operation): \(error.cause)",
                remedy: error.remedy ?? "Run doctor again in a minute.")
        }
    }

    /// - Parameter required: The checks that the branch requires; nil unless they are asked for.
    static func checks(_ required: Result<[String]?, GitHubError>, branch: String) -> Finding {
        switch required {
        case .failure(let error):
            Finding(
                .checks, .failure, "Can't \(error.operation): \(error.cause)",
                remedy: error.remedy ?? "Run doctor again in a minute.")
        case .success(let names?) where names.isEmpty:
            Finding(
                .checks, .failure, "Branch \(branch) requires no checks, so nothing is deployed.",
                remedy: "Require them by branch protection or a ruleset, or name them with -require-checks.")
        case .success(let names?):
            Finding(.checks, .ok, "required: \(names.joined(separator: ", "))")
        case .success(nil):
            Finding(.checks, .ok, "readable")
        }
    }

    static func clock(of grant: TokenGrant, now: Date) -> Finding {
        guard let gitHubTime = grant.answeredAt else {
            return Finding(
                .clock, .warning, "GitHub did not report the time.",
                remedy: "Check that -github-api is GitHub's API, and not a proxy.")
        }
        let difference = now.timeIntervalSince(gitHubTime)
        let text =
            "This machine's clock is \(Duration.seconds(abs(difference)).brief) "
            + (difference < 0 ? "behind" : "ahead of") + " GitHub's"
        switch abs(difference) {
        case ...clockTolerance: return Finding(.clock, .ok, "agrees with GitHub's")
        case ...clockLimit: return Finding(.clock, .warning, text + ".", remedy: "Enable NTP.")
        default: return Finding(.clock, .failure, text + ".", remedy: "Enable NTP.")
        }
    }
}
