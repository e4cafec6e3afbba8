/// Our apps at Marathon at one moment, and what is to be done about them.
struct MarathonLook: Sendable {
    let plan: DeploymentPlan
    /// Those that bear our label or an id of the specs.
    let apps: [MarathonApp]

    /// The app of this spec, where a deployment of this commit has made it what it is.
    func app(of spec: AppSpec, at commit: CommitID) -> MarathonApp? {
        apps.first { $0.id == spec.id && $0.bears(spec, at: commit) }
    }

    /// Whether what this look wanted to apply has been applied since. All of it is one change at Marathon, so one app tells.
    func isDone(in later: [MarathonApp], by commit: CommitID) -> Bool {
        let later = MarathonLook(plan: plan, apps: later)
        return plan.applied.contains { spec in
            guard let app = later.app(of: spec, at: commit) else { return false }
            return app.configurationVersion != apps.first { $0.id == spec.id }?.configurationVersion
        }
    }
}
