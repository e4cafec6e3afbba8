/// What an operator has to do when GitHub does not register the webhook.
enum RegistrationFailure {
    /// - Parameter url: The hook's address.
    static func sentence(for error: GitHubError, url: String) -> String {
        let settings = "https://github.com/\(error.repository)/settings/hooks"
        switch error.reason {
        case .invalid where error.says("more than 20"), .invalid where error.says("20 hooks"):
            return
                "Can't register the webhook: the repository has 20 hooks for this event already, and GitHub allows no more. "
                + "Remove one at \(settings)"
        case .invalid where error.says("reachable"), .invalid where error.says("not supported"):
            return "Can't register the webhook: GitHub says that it can't reach \(url) over the public internet. "
                + "Set DPLOY_PUBLIC_NODE or DPLOY_OBSERVER_PUBLIC_URL to an address that it can."
        case .notFound:
            return "Can't register the webhook: GitHub answers 404 for the hooks of \(error.repository), "
                + "because the token may not manage them, or its owner does not administer the repository. "
                + "Classic token: grant admin:repo_hook or repo; fine-grained: webhooks read and write."
        default:
            return error.description
        }
    }
}

extension GitHubError {
    /// Whether GitHub's explanation of a 422 has these words.
    func says(_ words: String) -> Bool {
        guard case .invalid(let fields, let message) = reason else { return false }
        return ([message] + fields.compactMap(\.message)).contains { $0.lowercased().contains(words.lowercased()) }
    }
}
