/// Which deployment "roll back" means, without the name of one. The key of the dashboard and the command both use it.
package enum RollbackTarget: Equatable, Sendable {
    case deployment(DeploymentSummary)
    /// A rollback has not ended yet; a second one would be a guess.
    case inProgress(DeploymentSummary)
    /// No other commit was deployed before.
    case unavailable

    /// The version before the running one. After a rollback it is an even older version, not the version that was left.
    ///
    /// While another version is being deployed, or where one left changes, it is the last success; where a rollback did so, its
    /// own target again.
    /// - Parameters:
    ///   - deployments: Newest first.
    ///   - apps: The latest report; nil if there is none.
    package static func choose(
        from deployments: some BidirectionalCollection<DeploymentSummary>, apps: AppsReport?
    ) -> RollbackTarget {
        let active = deployments.first { !$0.stage.isFinal && $0.trigger == .rollback }
        if let active { return .inProgress(active) }
        let versions = versions(deployments)
        guard let last = versions.last else { return .unavailable }
        let earlier = versions.dropLast()
        // Queued deployments have not changed anything.
        guard !isRunning(last.commit, after: deployments.filter { $0.stage != .queued }, apps: apps),
            let other = otherVersion(than: last, in: deployments, apps: apps)
        else { return earlier.last.map { .deployment($0) } ?? .unavailable }
        let repeated = other.trigger == .rollback ? earlier.last { $0.commit == other.commit } : nil
        return .deployment(repeated ?? last)
    }

    /// The deployment that a rollback to this one replaces: the last success, or the deployment of another version since then if
    /// the rollback returns to the last success. nil if it replaces none.
    /// - Parameters:
    ///   - deployments: Newest first.
    ///   - apps: The latest report; nil if there is none.
    package static func replaced(
        by target: DeploymentSummary, in deployments: some Collection<DeploymentSummary>, apps: AppsReport?
    ) -> DeploymentSummary? {
        guard let last = running(in: deployments) else { return nil }
        return target.commit == last.commit ? otherVersion(than: last, in: deployments, apps: apps) : last
    }

    /// The newest deployment since the last success that brings another commit to the target, or has left it or parts of it
    /// there.
    private static func otherVersion(
        than last: DeploymentSummary, in deployments: some Collection<DeploymentSummary>, apps: AppsReport?
    ) -> DeploymentSummary? {
        let running = apps?.isCurrent == true ? apps?.running?.id : nil
        return since(lastSuccessIn: deployments).first { row in
            row.commit != last.commit && row.stage != .queued
                && (row.leavesChanges || !row.stage.isFinal || row.commit == running && row.startedAt != nil)
        }
    }

    /// The deployments after the last success. A correction of drift does not count, because it concerns only some apps.
    private static func since(
        lastSuccessIn deployments: some Collection<DeploymentSummary>
    ) -> [DeploymentSummary] {
        deployments.prefix { $0.stage != .succeeded || $0.trigger == .drift }.filter { $0.stage != .succeeded }
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
        let later = since(lastSuccessIn: deployments)
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
