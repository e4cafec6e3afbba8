/// The deploy command failed.
package enum CommandFailure: DeploymentFailure {
    case ended(status: String)
    case notStarted(reason: String)
    case timedOut(after: Duration)

    package var description: String {
        switch self {
        case .ended(let status): "The deploy command ended with \(status). See its output in the deployment log."
        case .notStarted(let reason): "The deploy command could not be started: \(reason)."
        case .timedOut(let limit): "The deploy command timed out after \(limit.brief) and was killed."
        }
    }
}
