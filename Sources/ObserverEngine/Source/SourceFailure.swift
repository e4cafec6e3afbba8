/// The tree of a commit could not be fetched or unpacked.
package enum SourceFailure: DeploymentFailure {
    case unavailable(GitHubError)
    case timedOut(after: Duration)
    case broken(reason: String)
    case workspace(reason: String)

    package var isTokenRefused: Bool {
        if case .unavailable(let error) = self { error.reason == .tokenRefused } else { false }
    }

    package var description: String {
        switch self {
        case .unavailable(let error): "\(error) Nothing was applied."
        case .timedOut(let limit):
            "Downloading the source archive timed out after \(limit.brief). Nothing was applied. Deploy again."
        case .broken(let reason): "The source archive can't be unpacked: \(reason). Nothing was applied."
        case .workspace(let reason): "Can't prepare the workspace: \(reason)."
        }
    }
}
