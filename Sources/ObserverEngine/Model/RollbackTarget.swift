/// Which deployment "roll back" means, without the name of one. The key of the dashboard and the command both use it.
package enum RollbackTarget: Equatable, Sendable {
    case deployment(DeploymentSummary)
    /// A rollback has not ended yet; a second one would be a guess.
    case inProgress(DeploymentSummary)
    /// No other commit was deployed before.
    case unavailable

    /// The version before the running one. After a rollback it is an even older version, not the version that was left.
    /// - Parameter deployments: Newest first.
    package static func choose(from deployments: some BidirectionalCollection<DeploymentSummary>) -> RollbackTarget {
        let active = deployments.first { !$0.stage.isFinal && $0.trigger == .rollback }
        if let active { return .inProgress(active) }
        let versions = versions(deployments)
        return versions.count < 2 ? .unavailable : .deployment(versions[versions.count - 2])
    }

    /// The version that runs: the newest deployment that succeeded.
    package static func running(in deployments: [DeploymentSummary]) -> DeploymentSummary? {
        deployments.first { $0.stage == .succeeded }
    }

    /// The versions up to the running one, oldest first. A rollback drops those after its target, and so does an operator
    /// who deploys an earlier commit.
    private static func versions(
        _ deployments: some BidirectionalCollection<DeploymentSummary>
    ) -> [DeploymentSummary] {
        var versions: [DeploymentSummary] = []
        var commits: Set<String> = []
        for deployment in deployments.reversed() where deployment.stage == .succeeded {
            let isKnown = !commits.insert(deployment.commit).inserted
            let isChosen = deployment.trigger == .rollback || deployment.trigger == .operator
            let target = isChosen ? versions.lastIndex { $0.commit == deployment.commit } : nil
            if versions.last?.commit == deployment.commit {
                versions[versions.count - 1] = deployment
            } else if let target {
                versions.removeSubrange(target...)
                versions.append(deployment)
            } else if deployment.trigger != .rollback {
                versions.append(deployment)
            } else {
                // Either it went forward again, or its target is older than the list.
                versions = isKnown ? versions + [deployment] : [deployment]
            }
        }
        return versions
    }
}
