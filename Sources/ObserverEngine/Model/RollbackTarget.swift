/// Which deployment "roll back" means, without the name of one. The key of the dashboard and the command both use it.
package enum RollbackTarget: Equatable, Sendable {
    case deployment(DeploymentSummary)
    /// A rollback has not ended yet; a second one would be a guess.
    case inProgress(DeploymentSummary)
    /// No other commit was deployed before.
    case unavailable

    /// The version before the running one. After a rollback it is an even older version, not the version that was left. While
    /// another version is being deployed, or left changes incomplete, it is the last success.
    /// - Parameter deployments: Newest first.
    package static func choose(from deployments: some BidirectionalCollection<DeploymentSummary>) -> RollbackTarget {
        let active = deployments.first { !$0.stage.isFinal && $0.trigger == .rollback }
        if let active { return .inProgress(active) }
        let versions = versions(deployments)
        if let last = versions.last, let newer = incomplete(in: deployments), newer.isLeft(for: last) {
            return .deployment(last)
        }
        return versions.count < 2 ? .unavailable : .deployment(versions[versions.count - 2])
    }

    /// The deployment that a rollback to this one leaves: the newest success, or a later deployment that changes the target or
    /// left changes there.
    /// - Parameter deployments: Newest first.
    package static func left(
        for target: DeploymentSummary, in deployments: some Collection<DeploymentSummary>
    ) -> DeploymentSummary? {
        let running = running(in: deployments)
        guard let running, target.commit != running.commit else { return incomplete(in: deployments) ?? running }
        return running
    }

    /// The newest deployment after the last success that has started and not ended, or left changes at the target.
    private static func incomplete(in deployments: some Collection<DeploymentSummary>) -> DeploymentSummary? {
        deployments.prefix { $0.stage != .succeeded }
            .first { $0.stage != .queued && ($0.leavesChanges || !$0.stage.isFinal) }
    }

    /// The version that runs: the newest deployment that succeeded.
    package static func running(in deployments: some Sequence<DeploymentSummary>) -> DeploymentSummary? {
        deployments.first { $0.stage == .succeeded }
    }

    /// Whether a commit certainly runs, exactly as it was deployed, and no deployment is about to change that: a rollback to
    /// it would change nothing. The target's report decides. Before there is one, and for a target that makes none, it is the
    /// last success, unless a later deployment left changes.
    /// - Parameters:
    ///   - deployments: Newest first.
    ///   - apps: The latest report; nil if there is none.
    package static func isRunning(
        _ commit: String, after deployments: some Collection<DeploymentSummary>, apps: AppsReport?
    ) -> Bool {
        let later = deployments.prefix { $0.stage != .succeeded }
        guard later.allSatisfy(\.stage.isFinal) else { return false }
        guard let apps, apps.isSupported, apps.readAt != nil else {
            let running = Self.running(in: deployments)?.commit ?? apps?.running?.id
            return running == commit && !later.contains(where: \.leavesChanges)
        }
        let now = apps.corrected(by: deployments)
        return apps.isCurrent && apps.drifted.isEmpty && now.running?.id == commit && now.change(by: later) == nil
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

extension DeploymentSummary {
    /// Whether a rollback without a name leaves this incomplete deployment for the last success: it deploys another version, or
    /// has not returned to the last success. A rollback to an older version is repeated instead, and a correction of drift
    /// is of the version that runs.
    fileprivate func isLeft(for last: DeploymentSummary) -> Bool {
        trigger == .rollback ? commit == last.commit : commit != last.commit
    }
}
