import Foundation

/// What follows from GitHub's answers.
extension Finding {
    /// Nearer than this, an operator should act.
    private static let expiryNotice = 14 * 86_400.0
    /// GitHub's answer takes a moment, and its date has whole seconds.
    private static let clockTolerance = 30.0
    /// Beyond this certificates and signatures of time stop working.
    private static let clockLimit = 300.0

    static func token(_ grant: Result<TokenGrant, GitHubError>) -> Finding {
        switch grant {
        case .failure(let error):
            return Finding(.token, .failure, error.explanation)
        case .success(let grant):
            if grant.managesHooks == false {
                return Finding(
                    .token, .failure, "The \(grant.summary) may not manage webhooks.",
                    remedy: "Grant it repo or admin:repo_hook at https://github.com/settings/tokens")
            }
            if grant.reportsStatuses == false {
                return Finding(
                    .token, .warning, "The \(grant.summary) may not report commit statuses.",
                    remedy: "Grant it repo:status at https://github.com/settings/tokens, or set -no-commit-status.")
            }
            return Finding(.token, .ok, grant.summary)
        }
    }

    static func expiry(of grant: TokenGrant, now: Date) -> Finding {
        guard let expiresAt = grant.expiresAt else {
            return Finding(.expiry, .ok, "GitHub names no day on which the token expires")
        }
        let left = expiresAt.timeIntervalSince(now)
        let remedy = "Create a new one at https://github.com/settings/tokens"
        if left <= 0 {
            return Finding(.expiry, .failure, "The token expired at \(expiresAt.rfc3339).", remedy: remedy)
        }
        let text = "The token expires at \(expiresAt.rfc3339), in \(Int(left / 86_400)) days"
        return left < expiryNotice
            ? Finding(.expiry, .warning, text + ".", remedy: remedy) : Finding(.expiry, .ok, text)
    }

    static func repository(_ name: RepositoryName, of grant: TokenGrant) -> Finding {
        grant.repository.lowercased() == name.description.lowercased()
            ? Finding(.repository, .ok, "\(name)")
            : Finding(
                .repository, .failure, "\(name) is called \(grant.repository) now, and its pushes are ignored.",
                remedy: "Set owner and repo to the new name.")
    }

    static func branch(_ name: String, head: Result<CommitID, GitHubError>) -> Finding {
        switch head {
        case .success(let commit):
            Finding(.branch, .ok, "\(name) is at \(commit.short)")
        case .failure(let error) where error.reason == .notFound:
            Finding(
                .branch, .warning, "There is no branch \(name) yet.", remedy: "Push it: git push origin HEAD:\(name)")
        case .failure(let error):
            Finding(.branch, .failure, error.description)
        }
    }

    static func clock(of grant: TokenGrant, now: Date) -> Finding {
        guard let theirs = grant.answeredAt else {
            return Finding(.clock, .warning, "GitHub did not say what time it is.")
        }
        let difference = now.timeIntervalSince(theirs)
        let text =
            "The clock of this machine is \(Duration.seconds(abs(difference)).brief) "
            + (difference < 0 ? "behind" : "ahead of") + " GitHub's"
        switch abs(difference) {
        case ...clockTolerance: return Finding(.clock, .ok, "agrees with GitHub's")
        case ...clockLimit: return Finding(.clock, .warning, text + ".", remedy: "Let it be set by NTP.")
        default: return Finding(.clock, .failure, text + ".", remedy: "Let it be set by NTP.")
        }
    }
}
