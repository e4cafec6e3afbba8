/// Why a deployment failed. Each is a sentence for an operator, with what to do next.
package enum DeploymentFailure: Error, CustomStringConvertible {
    case headUnknown(GitHubError)
    case archiveUnavailable(GitHubError)
    case archiveLate(after: Duration)
    case archiveBroken(reason: String)
    case descriptorMissing
    case descriptorInvalid(reason: String)
    case specsMissing
    case specsInvalid([SpecProblem])
    /// Marathon finds fault with what is in the specs.
    case specsRefused([SpecProblem])
    case marathonUnknown(MarathonAddress.Unknown)
    case marathon(MarathonError)
    /// Marathon still works on apps of ours for somebody else.
    case locked(by: [String], after: Duration)
    case unhealthy([Unhealthy], after: Duration)
    /// Whether the apps became healthy is not known.
    case marathonSilent(after: Duration)
    /// One of these, and what came of taking it back.
    indirect case rolledBack(after: DeploymentFailure, outcome: String)
    /// Somebody changed the app while we waited for it.
    case overridden(appID: String)
    case commandFailed(status: String)
    case commandTimedOut(after: Duration)
    case workspace(reason: String)

    /// An app that did not become healthy in time.
    package struct Unhealthy: Equatable, Sendable, CustomStringConvertible {
        package let appID: String
        package let ready: Int
        package let wanted: Int
        /// Tasks of a former version that still run.
        package let outdated: Int
        /// Whether Marathon still works on the app.
        package let isDeploying: Bool
        package let lastTaskFailure: MarathonTaskFailure?
        package let launchDelay: String?

        package var description: String {
            let former =
                outdated > 0 ? "\(outdated) of the former version still \(outdated == 1 ? "runs" : "run")" : nil
            let work = ready >= wanted && isDeploying ? "Marathon's deployment has not ended" : nil
            let reasons = [former, work, lastTaskFailure.map { "last task failure \($0)" }, launchDelay].compactMap(
                \.self)
            return "\(appID) has \(ready) of \(wanted) tasks healthy"
                + (reasons.isEmpty ? "" : " (\(reasons.joined(separator: "; ")))")
        }
    }

    /// Whether it says nothing about the commit, because GitHub refuses our token.
    var isTokenRefused: Bool {
        switch self {
        case .headUnknown(let error), .archiveUnavailable(let error): error.reason == .tokenRefused
        default: false
        }
    }

    /// Whether it leaves Marathon with a deployment under way that nobody wants.
    var callsForRollback: Bool {
        switch self {
        case .unhealthy, .marathonSilent: true
        default: false
        }
    }

    package var description: String {
        switch self {
        case .headUnknown(let error), .archiveUnavailable(let error):
            "\(error) Nothing was applied."
        case .archiveLate(let duration):
            "The archive of the source did not come whole within \(duration.brief). Nothing was applied; deploy again."
        case .archiveBroken(let reason):
            "The archive of the source can't be unpacked: \(reason). Nothing was applied."
        case .descriptorMissing:
            "There is no dploy.app at the top of the repository. Nothing was applied; add one and push again."
        case .descriptorInvalid(let reason):
            "dploy.app: \(reason) Nothing was applied; mend the file and push again."
        case .specsMissing:
            "There is no specs/*.json in the repository. Nothing was applied; add an app spec and push again."
        case .specsInvalid(let problems):
            problems.map(\.description).joined(separator: "; ")
                + ". Nothing was applied; mend \(problems.count == 1 ? "it" : "them") and push again."
        case .specsRefused(let problems):
            "Marathon refuses what is in " + problems.map(\.description).joined(separator: "; ")
                + ". Nothing was applied; mend \(problems.count == 1 ? "it" : "them") and push again."
        case .marathonUnknown(let error): "\(error)"
        case .marathon(let error): "\(error)"
        case .locked(let holders, let duration):
            "Marathon keeps the apps locked: the deployment \(holders.joined(separator: ", ")) did not end within "
                + "\(duration.brief). See /v2/deployments at Marathon; end it there, then push again."
        case .unhealthy(let apps, let duration):
            "Not healthy after \(duration.brief): " + apps.map(\.description).joined(separator: "; ") + "."
        case .marathonSilent(let duration):
            "Marathon did not tell within \(duration.brief) whether the apps are healthy. See there how they are, "
                + "then push or deploy again."
        case .rolledBack(let failure, let outcome):
            "\(failure) \(outcome)"
        case .overridden(let appID):
            "Somebody else changed \(appID) at Marathon while we waited for it, so it does not run this commit."
        case .commandFailed(let status):
            "The deploy command ended with \(status). Its output is in the log of the deployment."
        case .commandTimedOut(let duration):
            "The deploy command did not end within \(duration.brief); it was ended."
        case .workspace(let reason):
            "Can't prepare the workspace: \(reason)."
        }
    }
}
