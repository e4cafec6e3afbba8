extension DeploymentSource {
    /// The variables that describe a deployment to the programs that a target runs.
    package var variables: [String: String] {
        [
            "DPLOY_COMMIT": commit.id.description, "DPLOY_BRANCH": branch.name,
            "DPLOY_OWNER": branch.repository.owner, "DPLOY_REPO": branch.repository.name,
            "DPLOY_PUSHER": commit.pusher ?? "",
        ]
    }
}
