/// The commits between which a deployment is changing the target. Until it ends, tasks of both may run.
package struct VersionChange: Equatable, Sendable {
    /// nil if it is not known.
    package let from: String?
    /// nil if it is not known.
    package let to: String?
    /// Whether the deployment has failed and is being undone.
    package let isRollback: Bool

    /// - Parameter running: The commit that ran before the deployment.
    /// - Returns: nil if the deployment changes nothing at the target now, or deploys the commit that ran before.
    package init?(by deployment: DeploymentSummary, instead running: String?) {
        guard [.applying, .waiting].contains(deployment.stage), deployment.commit != running else { return nil }
        // While it is rolled back, the outcome is the reason.
        isRollback = deployment.outcome != nil
        from = isRollback ? deployment.commit : running
        to = isRollback ? running : deployment.commit
    }
}

extension AppsReport {
    /// The change that the running deployment is making; nil if it makes none, or if what runs is not known now.
    package func change(by deployment: DeploymentSummary?) -> VersionChange? {
        guard isCurrent, let deployment else { return nil }
        return VersionChange(by: deployment, instead: running?.id)
    }
}

extension [DeploymentSummary] {
    /// The deployment that is running; nil without one.
    package var running: DeploymentSummary? { first { !$0.stage.isFinal && $0.stage != .queued } }
}
