import Foundation

/// The changes that deploying a tree to Marathon would make.
package struct MarathonPlan: TargetPlan {
    let desired: DesiredApps
    /// The apps in Marathon when the plan was made.
    let snapshot: MarathonSnapshot
    let client: MarathonClient

    package var changes: [AppChange] { snapshot.changes.byApp }
    package var summary: String { snapshot.changes.summary }
    package var changesAnything: Bool { !snapshot.changes.applied.isEmpty || !snapshot.changes.removed.isEmpty }

    /// The values of the environment are masked in the changes, but not in the specs.
    package var approvalMarks: [String] {
        snapshot.changes.byApp.filter(\.isEffective).map { change in
            let spec = snapshot.changes.applied.first { $0.id == change.appID }?.fingerprint
            let running = snapshot.apps.first { $0.id == change.appID }?.configurationVersion
            return change.mark("\(spec ?? "") \(running ?? "")")
        }
    }

    package var running: RunningCommit? { RunningCommit(apps: snapshot.apps, of: desired.name) }

    package var warnings: [PlanWarning] { desired.specs.warnings.map { PlanWarning(verb: "hidden", text: $0) } }
}

/// The apps that a tree describes.
struct DesiredApps: Sendable {
    let source: DeploymentSource
    /// The `app_name` of the descriptor.
    let name: String
    let specs: AppSpecs
    /// Removes apps that are no longer in any spec.
    let prunes: Bool

    /// The managed apps in Marathon compared with the specs.
    /// - Parameter first: The snapshot before something was sent; what has been applied since is not applied again.
    func compare(with client: MarathonClient, after first: MarathonSnapshot? = nil) async throws -> MarathonSnapshot {
        let apps = try await find(with: client)
        let isDone = first?.isDone(in: apps, by: source.commit.id) ?? false
        let changes = MarathonChanges.make(
            specs: specs, actual: apps, name: name, commit: source.commit.id, isForced: source.isForced && !isDone,
            correctsDrift: source.correctsDrift, prunes: prunes)
        return MarathonSnapshot(changes: changes, apps: apps)
    }

    /// The apps that carry the label of the observer or an id of the specs.
    func find(with client: MarathonClient) async throws -> [MarathonApp] {
        try await client.apps(withLabel: DployLabel.app, and: specs.apps.map(\.id))
    }
}

/// The managed apps in Marathon at one moment, and what has to change.
struct MarathonSnapshot: Sendable {
    let changes: MarathonChanges
    /// The apps that carry the label of the observer or an id of the specs.
    let apps: [MarathonApp]

    /// The app of this spec if it was last changed by a deployment of this commit.
    func app(of spec: AppSpec, at commit: CommitID) -> MarathonApp? {
        apps.first { $0.id == spec.id && $0.wasChanged(to: spec, at: commit) }
    }

    /// The app of this spec while one of these Marathon deployments is making it what the spec wants.
    func app(of spec: AppSpec, changingIn deployments: Set<String>) -> MarathonApp? {
        apps.first { app in
            app.id == spec.id && app.labels[DployLabel.spec] == spec.fingerprint
                && !deployments.isDisjoint(with: app.deployments ?? [])
        }
    }

    /// Whether what was to be applied has been applied since. All of it is one change in Marathon, so one app is proof.
    func isDone(in later: [MarathonApp], by commit: CommitID) -> Bool {
        let later = MarathonSnapshot(changes: changes, apps: later)
        return changes.applied.contains { spec in
            guard let app = later.app(of: spec, at: commit) else { return false }
            return app.configurationVersion != apps.first { $0.id == spec.id }?.configurationVersion
        }
    }
}

extension MarathonApp {
    /// Whether a deployment of this spec at this commit made the app what it is.
    func wasChanged(to spec: AppSpec, at commit: CommitID) -> Bool {
        labels[DployLabel.spec] == spec.fingerprint && labels[DployLabel.commit] == commit.description
    }
}

extension RunningCommit {
    /// The commit that last changed an app; nil if Marathon runs no app of this name.
    init?(apps: [MarathonApp], of name: String) {
        // Versions are timestamps in one format, so they sort as strings.
        let managed = apps.filter { $0.labels[DployLabel.app] == name && $0.labels[DployLabel.commit] != nil }
        guard let newest = managed.max(by: { $0.configurationVersion < $1.configurationVersion }),
            let commit = newest.labels[DployLabel.commit].flatMap(CommitID.init(_:))
        else { return nil }
        self.init(commit: commit, changedAt: Date(rfc3339: newest.configurationVersion))
    }
}
