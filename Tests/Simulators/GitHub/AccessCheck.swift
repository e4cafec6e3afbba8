import Foundation

/// Decides whether a request may do what it asks for, as GitHub would.
struct AccessCheck {
    var options: GitHubOptions
    var tokens: [GitHubSimulator.Token]
    var now = Date()

    /// The token of the request, nil for an anonymous one.
    func caller(of request: SimulatedRequest) throws -> GitHubSimulator.Token? {
        guard request.headers["User-Agent"] != nil else {
            throw Refusal(
                403, "Request forbidden by administrative rules. Please make sure your request has a User-Agent.")
        }
        guard let authorization = request.headers["Authorization"] else { return nil }
        guard let value = Self.credentials(authorization), let token = tokens.first(where: { $0.value == value }),
            token.expires.map({ $0 > now }) ?? true
        else { throw Refusal.badCredentials }
        return token
    }

    func authorize(_ caller: GitHubSimulator.Token?, for permission: Permission) throws {
        guard let caller else { return try authorizeAnonymous(for: permission) }
        guard permission != .none, permission != .account else { return }
        if let url = caller.singleSignOnURL {
            throw Refusal(
                403,
                "Resource protected by organization SAML enforcement. You must grant your personal access token "
                    + "access to this organization.",
                headers: ["X-GitHub-SSO": "required; url=\(url)"]
            )
        }
        guard caller.seesRepository else { throw Refusal.notFound }
        switch caller.kind {
        case .classic(let scopes):
            let accepted = permission.classicScopes(isPrivate: options.isPrivate)
            guard accepted.isEmpty || !Set(accepted).isDisjoint(with: scopes) else { throw Refusal.notFound }
        case .fineGrained(let permissions):
            guard let needed = permission.fineGrained else { return }
            let granted = permissions[needed.name]
            guard granted == "write" || granted == needed.level.rawValue else {
                throw Refusal(
                    403,
                    "Resource not accessible by personal access token",
                    headers: ["X-Accepted-GitHub-Permissions": "\(needed.shown)=\(needed.level.rawValue)"]
                )
            }
        }
    }

    /// What every answer to a token says about it.
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
        case .account: throw Refusal(401, "Requires authentication")
        case .metadata, .contents, .statuses(.read):
            guard !options.isPrivate else { throw Refusal.notFound }
        case .hooks, .statuses: throw Refusal.notFound
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
