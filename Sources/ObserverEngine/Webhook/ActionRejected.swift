/// An operator's action that was not carried out, with the reason as a sentence.
package struct ActionRejected: Error, CustomStringConvertible {
    /// Whether the same request may succeed later: the state has changed since the operator looked, or the observer is busy.
    package let isConflict: Bool
    package let description: String

    package static func conflict(_ sentence: String) -> ActionRejected {
        ActionRejected(isConflict: true, description: sentence)
    }

    package static func impossible(_ sentence: String) -> ActionRejected {
        ActionRejected(isConflict: false, description: sentence)
    }
}

extension GitHubError {
    /// Why the webhook could not be registered, and what an operator can do.
    /// - Parameter url: The webhook's address.
    func registrationSentence(url: String) -> String {
        switch reason {
        case .invalid where mentions("more than 20"), .invalid where mentions("20 hooks"):
            "Can't register the webhook: the repository already has 20 webhooks for this event, GitHub's limit. "
                + "Remove one at \(webURL)/\(repository)/settings/hooks."
        case .invalid where mentions("reachable"), .invalid where mentions("not supported"):
            "Can't register the webhook: GitHub reports that \(url) is not reachable over the public internet. "
                + "Set DPLOY_PUBLIC_NODE or DPLOY_OBSERVER_PUBLIC_URL to a public address."
        case .notFound:
            "Can't register the webhook: GitHub returned 404 for the webhooks of \(repository). "
                + "The token can't manage them, or its owner is not an administrator of the repository. "
                + "Classic token: grant admin:repo_hook or repo; fine-grained token: grant webhooks read and write."
        default:
            description
        }
    }

    /// Whether GitHub's explanation of a 422 contains these words.
    func mentions(_ words: String) -> Bool {
        guard case .invalid(let fields, let message) = reason else { return false }
        return ([message] + fields.compactMap(\.message)).contains { $0.lowercased().contains(words.lowercased()) }
    }
}
