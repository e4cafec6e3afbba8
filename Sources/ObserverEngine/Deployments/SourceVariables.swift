extension DeploymentSource {
    /// The variables that describe a deployment to the programs that a target runs.
    package var variables: [String: String] { variables(reason: reason) }

    /// - Parameters:
    ///   - reason: Why a program runs.
    ///   - previous: The commit that was deployed before.
    package func variables(reason: DeploymentReason, previous: CommitID? = nil) -> [String: String] {
        var variables = [
            "DPLOY_COMMIT": commit.id.description, "DPLOY_BRANCH": branch.name,
            "DPLOY_OWNER": branch.repository.owner, "DPLOY_REPO": branch.repository.name,
            "DPLOY_PUSHER": commit.pusher ?? "", "DPLOY_REASON": reason.rawValue,
        ]
        variables["DPLOY_PREVIOUS_COMMIT"] = previous?.description
        variables["DPLOY_DEPLOYMENT"] = deployment.map(String.init)
        return variables
    }
}

/// Why a program of a target runs.
package enum DeploymentReason: String, Sendable {
    /// The branch moved.
    case push
    /// An operator chose the commit.
    case `operator`
    /// An earlier commit is restored, by an operator or because a newer one failed.
    case rollback
    /// Someone changed the apps.
    case drift
    /// Nothing is deployed.
    case plan

    init(_ trigger: Deployment.Trigger) {
        self =
            switch trigger {
            case .delivery, .recovery, .poll, .resume, .restart: .push
            case .operator: .operator
            case .rollback: .rollback
            case .drift: .drift
            }
    }
}
