package import Foundation

/// Authenticates and authorizes requests as GitHub does.
struct AccessCheck {
    var options: GitHubOptions
    var tokens: [GitHubSimulator.Token]
    var now = Date()

    /// Returns the token of a request; nil if it is anonymous.
    func caller(of request: SimulatedRequest) throws -> GitHubSimulator.Token? {
        guard request.headers["User-Agent"] != nil else {
            throw GitHubErrorResponse(
                403, "Request forbidden by administrative rules. Please make sure your request has a User-Agent.")
        }
        guard let authorization = request.headers["Authorization"] else { return nil }
        guard let value = Self.credentials(authorization), let token = tokens.first(where: { $0.value == value }),
            token.expires.map({ $0 > now }) ?? true
        else { throw GitHubErrorResponse.badCredentials }
        return token
    }

    func authorize(_ caller: GitHubSimulator.Token?, for permission: Permission) throws {
        guard let caller else { return try authorizeAnonymous(for: permission) }
        guard permission.concernsRepository else { return }
        guard caller.seesRepository else { throw GitHubErrorResponse.notFound }
        switch caller.kind {
        case .classic(let scopes):
            let accepted = permission.classicScopes(isPrivate: options.isPrivate)
            guard accepted.isEmpty || !Set(accepted).isDisjoint(with: scopes) else {
                throw GitHubErrorResponse.notFound
            }
        case .fineGrained(let permissions):
            guard let needed = permission.fineGrained else { return }
            let granted = permissions[needed.name]
            guard granted == "write" || granted == needed.level.rawValue else {
                throw GitHubErrorResponse(
                    403,
                    "Resource not accessible by personal access token",
                    headers: ["X-Accepted-GitHub-Permissions": "\(needed.shown)=\(needed.level.rawValue)"]
                )
            }
        }
    }

    /// The headers that describe the token in every response.
    func headers(for caller: GitHubSimulator.Token?, _ permission: Permission) -> HeaderFields {
        guard let caller else { return [:] }
        var headers = HeaderFields()
        if case .classic(let scopes) = caller.kind {
            headers["X-OAuth-Scopes"] = scopes.joined(separator: ", ")
            let accepted = permission.classicScopes(isPrivate: options.isPrivate)
            headers["X-Accepted-OAuth-Scopes"] = accepted.sorted().joined(separator: ", ")
        }
        if let expires = caller.expires {
            let text = Timestamp.seconds(expires).replacing("T", with: " ").replacing("Z", with: " UTC")
            headers["github-authentication-token-expiration"] = text
        }
        return headers
    }

    private func authorizeAnonymous(for permission: Permission) throws {
        switch permission {
        case .none: return
        case .account: throw GitHubErrorResponse(401, "Requires authentication")
        case .metadata, .contents, .checks, .statuses(.read):
            guard !options.isPrivate else { throw GitHubErrorResponse.notFound }
        case .hooks, .administration, .statuses: throw GitHubErrorResponse.notFound
        }
    }

    private static func credentials(_ authorization: String) -> String? {
        let parts = authorization.split(separator: " ", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return nil }
        switch parts[0].lowercased() {
        case "bearer", "token": return parts[1]
        case "basic":
            let pair = Data(base64Encoded: parts[1]).map { String(decoding: $0, as: UTF8.self) }
            return pair?.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).last.map(String.init)
        default: return nil
        }
    }
}

/// The permission that a request requires.
enum Permission: Sendable, Hashable {
    /// No token required.
    case none
    /// Any valid token.
    case account
    case metadata
    case contents
    case hooks(Level)
    case statuses(Level)
    /// Of check runs.
    case checks
    /// Of the protection of branches.
    case administration

    enum Level: String, Sendable {
        case read
        case write
    }

    /// Whether the request concerns the repository, and with it the organization that owns it.
    var concernsRepository: Bool { self != .none && self != .account }

    /// The required fine-grained permission, and its level.
    var fineGrained: (name: String, shown: String, level: Level)? {
        switch self {
        case .none, .account, .metadata: nil
        case .contents: ("contents", "contents", .read)
        case .hooks(let level): ("hooks", "repository_hooks", level)
        case .statuses(let level): ("statuses", "statuses", level)
        case .checks: ("checks", "checks", .read)
        case .administration: ("administration", "administration", .read)
        }
    }

    /// The classic scopes, one of which is sufficient.
    func classicScopes(isPrivate: Bool) -> [String] {
        let repository = isPrivate ? ["repo"] : ["repo", "public_repo"]
        switch self {
        case .none, .account: return []
        case .metadata, .contents, .checks: return isPrivate ? ["repo"] : []
        case .administration: return repository
        case .hooks(.read): return repository + ["admin:repo_hook", "read:repo_hook", "write:repo_hook"]
        case .hooks(.write): return repository + ["admin:repo_hook", "write:repo_hook"]
        case .statuses(.read): return isPrivate ? ["repo", "repo:status"] : []
        case .statuses(.write): return repository + ["repo:status"]
        }
    }
}

extension GitHubSimulator {
    /// A personal access token that the simulated GitHub accepts.
    package struct Token: Sendable, Hashable {
        package var value: String
        package var kind: Kind
        package var expires: Date?
        /// If false, the repository does not exist for this token.
        package var seesRepository = true
        /// Set while an organization requires the token to be authorized for single sign-on.
        package var singleSignOn: SingleSignOn?

        package enum Kind: Sendable, Hashable {
            case classic(scopes: [String])
            /// `hooks`, `contents`, `statuses` -> `read` or `write`.
            case fineGrained(permissions: [String: String])
        }

        package init(value: String, kind: Kind, expires: Date? = nil) {
            self.value = value
            self.kind = kind
            self.expires = expires
        }

        /// A classic token with every permission an observer needs.
        package static let standard = Token(
            value: "4simulatedsimulatedsimulatedsimulatedsic",
            kind: .classic(scopes: ["repo", "admin:repo_hook"])
        )
    }
}

extension GitHubSimulator {
    /// Authorization that an organization requires of a classic token. A fine-grained one gets it when it is created.
    package struct SingleSignOn: Sendable, Hashable {
        /// Where the token can be authorized.
        package var url: String
        /// How many requests are still accepted: the requirement reaches the servers of GitHub late.
        package var lateness: Int

        package init(at url: String, lateness: Int = 0) {
            self.url = url
            self.lateness = lateness
        }
    }

    /// Refuses a token that must be authorized first. Resources that are not of the organization, such as the account and the
    /// rate limit, need no authorization.
    func checkSingleSignOn(of caller: Token?, for permission: Permission) throws {
        guard let caller, case .classic = caller.kind, permission.concernsRepository else { return }
        let required = state.change { state -> SingleSignOn? in
            guard let index = state.tokens.firstIndex(where: { $0.value == caller.value }),
                let required = state.tokens[index].singleSignOn
            else { return nil }
            guard required.lateness > 0 else { return required }
            state.tokens[index].singleSignOn?.lateness -= 1
            return nil
        }
        guard let required else { return }
        let page = "https://docs.github.com/articles/authenticating-to-a-github-organization-with-saml-single-sign-on/"
        throw GitHubErrorResponse(
            403,
            "Resource protected by organization SAML enforcement. You must grant your Personal Access token access to "
                + "this organization.",
            headers: ["X-GitHub-SSO": "required; url=\(required.url)"], extra: ["documentation_url": .string(page)])
    }
}
