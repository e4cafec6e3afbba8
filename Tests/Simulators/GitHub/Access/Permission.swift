/// What a token must be allowed to do for a request.
enum Permission: Sendable, Hashable {
    /// Nothing: even without a token.
    case none
    /// Any valid token.
    case account
    case metadata
    case contents
    case hooks(Level)
    case statuses(Level)

    enum Level: String, Sendable {
        case read
        case write
    }

    /// The fine-grained permission that it takes, and its level.
    var fineGrained: (name: String, shown: String, level: Level)? {
        switch self {
        case .none, .account, .metadata: nil
        case .contents: ("contents", "contents", .read)
        case .hooks(let level): ("hooks", "repository_hooks", level)
        case .statuses(let level): ("statuses", "statuses", level)
        }
    }

    /// The classic scopes of which one is enough.
    func classicScopes(isPrivate: Bool) -> [String] {
        let repository = isPrivate ? ["repo"] : ["repo", "public_repo"]
        switch self {
        case .none, .account: return []
        case .metadata, .contents: return isPrivate ? ["repo"] : []
        case .hooks(.read): return repository + ["admin:repo_hook", "read:repo_hook", "write:repo_hook"]
        case .hooks(.write): return repository + ["admin:repo_hook", "write:repo_hook"]
        case .statuses(.read): return isPrivate ? ["repo", "repo:status"] : []
        case .statuses(.write): return repository + ["repo:status"]
        }
    }
}
