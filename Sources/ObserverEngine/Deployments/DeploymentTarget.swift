/// Where a commit is deployed to.
package protocol DeploymentTarget: Sendable {
    /// Deploys the unpacked tree, or throws a `DeploymentFailure`.
    /// - Parameter report: Makes a change of the deployment durable and known.
    /// - Returns: What was done, for people.
    func deploy(
        _ tree: SourceFetch.Tree, for progress: DeploymentReport, until deadline: ContinuousClock.Instant
    ) async throws -> String
}
