import struct Foundation.Date

/// The commits between which a deployment is changing the target, or left it when it ended without success. Tasks of both may
/// run.
package struct VersionChange: Equatable, Sendable {
    /// nil if it is not known.
    package let from: String?
    /// nil if it is not known.
    package let to: String?
    /// Whether the deployment has failed and is being undone.
    package let isRollback: Bool
    package let deployment: DeploymentSummary

    /// - Parameter running: The commit that ran before the deployment.
    /// - Returns: nil if the deployment changes nothing at the target now, deploys the commit that ran before, or corrects drift,
    ///   which leaves other apps as they are.
    package init?(by deployment: DeploymentSummary, instead running: String?) {
        let isChanging = deployment.isApplied || deployment.isLeftIncomplete
        guard isChanging, deployment.commit != running, deployment.trigger != .drift else { return nil }
        // While it is rolled back, the outcome is the reason.
        isRollback = !deployment.stage.isFinal && deployment.outcome != nil
        from = isRollback ? deployment.commit : running
        to = isRollback ? running : deployment.commit
        self.deployment = deployment
    }
}

extension AppsReport {
    /// The report as far as it is still true after the deployments that have been applied or have ended since it was read.
    /// The commit of a success runs, and the tasks that were counted before are not the tasks that run now.
    /// - Parameter deployments: Newest first.
    package func corrected(by deployments: some Sequence<DeploymentSummary>) -> AppsReport {
        guard isCurrent, let readAt else { return self }
        let ended = deployments.filter { $0.hasChangedApps(since: readAt) }
        let applied = deployments.filter { $0.isApplied && $0.id != changedBy }
        guard (ended + applied).contains(where: { $0.commit != running?.id }) else { return self }
        var report = self
        report.apps = []
        let success = ended.first { $0.stage == .succeeded && $0.trigger != .drift }
        if let success, success.commit != running?.id {
            report.running = PlanReport.Commit(id: success.commit, message: success.message, author: success.author)
            report.since = success.finishedAt
        }
        return report
    }

    /// The change that the running deployment is making, or an ended one left incomplete after the report was read; nil
    /// without one, or if what runs is not known now.
    /// - Parameter deployments: Newest first, those by which the report was corrected.
    package func change(by deployments: some Sequence<DeploymentSummary>) -> VersionChange? {
        guard isCurrent, let readAt else { return nil }
        let afterSuccess = deployments.prefix {
            $0.stage != .succeeded || $0.trigger == .drift || !$0.hasChangedApps(since: readAt)
        }
        let candidates = afterSuccess.filter { !$0.stage.isFinal || $0.hasChangedApps(since: readAt) }
        return candidates.indices.lazy.compactMap { index in
            let row = candidates[index]
            let left = candidates[index...].first { $0.isLeftIncomplete && $0.commit != row.commit }
            return VersionChange(by: row, instead: left?.commit ?? running?.id)
        }.first
    }
}

extension [DeploymentSummary] {
    /// The deployment that is running; nil without one.
    package var running: DeploymentSummary? { first { !$0.stage.isFinal && $0.stage != .queued } }

    /// States that a queued deployment waits for the running one only: `waiting for deployment 12 to end`. nil if a rule keeps
    /// it from starting, if it is a retry that is not due, and if it may start.
    package func turn(of row: DeploymentSummary) -> String? {
        guard row.stage == .queued, row.wait == nil, row.notBefore == nil else { return nil }
        return running.map { "waiting for deployment \($0.id) to end" }
    }
}

extension DeploymentSummary {
    /// Whether it has ended since the apps were read, and may have changed them.
    fileprivate func hasChangedApps(since readAt: Date) -> Bool {
        guard stage.isFinal, let finishedAt, finishedAt > readAt else { return false }
        // One that ended before it was applied has no progress.
        return stage == .succeeded || leavesChanges || progress != nil
    }

    /// Whether it is changing the target now.
    fileprivate var isApplied: Bool { stage == .applying || stage == .waiting }

    /// Whether it ended without success, and its changes were not undone.
    fileprivate var isLeftIncomplete: Bool { stage.isFinal && stage != .succeeded && leavesChanges }
}
