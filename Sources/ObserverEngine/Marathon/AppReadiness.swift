/// How far an app has come to what we want of it, computed from what Marathon shows.
package struct AppReadiness: Equatable, Sendable {
    /// Tasks of the newest configuration that are healthy, or running where the app has no health checks.
    package let ready: Int
    package let wanted: Int
    /// Tasks of an older configuration that still run.
    package let outdated: Int
    /// Whether a deployment at Marathon is still at work on it.
    package let isDeploying: Bool

    package var isComplete: Bool { ready >= wanted && outdated == 0 && !isDeploying }

    package init(_ app: MarathonApp, deployments: Set<String>) {
        wanted = app.instances
        isDeploying = !deployments.isDisjoint(with: app.deployments ?? [])
        guard let tasks = app.tasks else {
            // Without the tasks themselves their numbers must do.
            ready = app.hasHealthChecks ? app.tasksHealthy : app.tasksRunning
            outdated = 0
            return
        }
        // Versions are timestamps of one form, so their order as texts is their order in time.
        let current = tasks.filter { ($0.version ?? app.configurationVersion) >= app.configurationVersion }
        ready = current.count { task in
            task.isRunning && (app.hasHealthChecks ? task.isHealthy == true : task.isHealthy != false)
        }
        outdated = tasks.count - current.count
    }
}
