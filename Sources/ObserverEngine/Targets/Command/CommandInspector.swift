/// The apps that the commands of a deployment reported. Their later state is not known.
struct CommandInspector: TargetInspector {
    let commit: CommitID
    let apps: [DeploymentProgress.Step]

    /// nil if no app was reported.
    init?(_ deployment: Deployment?) {
        guard let deployment else { return nil }
        apps = deployment.progress?.steps.filter { $0.kind == .app } ?? []
        commit = deployment.commit
        if apps.isEmpty { return nil }
    }

    func inspect(until deadline: ContinuousClock.Instant) -> InspectedApps {
        InspectedApps(
            apps: apps.map { app in
                AppSummary(id: app.name, healthy: app.done, wanted: app.of) { $0.commit = commit.description }
            },
            running: RunningCommit(commit: commit, changedAt: nil))
    }

    func output(of app: String, lines: Int, until deadline: ContinuousClock.Instant) -> [AppOutput] {
        guard apps.contains(where: { $0.name == app }) else { return [] }
        return [AppOutput(instance: app, lines: [], problem: "The output of apps that a command deploys is not known.")]
    }

    func follow(_ app: String, lines: Int, _ write: @escaping OutputWriter) async {
        for output in output(of: app, lines: lines, until: .now) { await write(output) }
    }

    func listen(didConnect: @Sendable () -> Void, _ didChange: @Sendable () -> Void) async throws {
        didConnect()
        // Nothing changes until the next deployment.
        while true { try await Task.sleep(for: .seconds(3600)) }
    }
}
