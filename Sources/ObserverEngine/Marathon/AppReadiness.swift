/// How close an app is to its desired state, computed from Marathon's response.
package struct AppReadiness: Equatable, Sendable {
    /// Tasks of the newest configuration that are healthy, or running if the app has no health checks.
    package let ready: Int
    package let wanted: Int
    /// Tasks of an older configuration that still run.
    package let outdated: Int
    /// Whether a Marathon deployment is still changing it.
    package let isDeploying: Bool

    package var isComplete: Bool { ready >= wanted && outdated == 0 && !isDeploying }

    package init(_ app: MarathonApp, deployments: Set<String>) {
        wanted = app.instances
        isDeploying = !deployments.isDisjoint(with: app.deployments ?? [])
        guard let tasks = app.tasks else {
            // Without the tasks, use their counts.
            ready = app.hasHealthChecks ? app.tasksHealthy : app.tasksRunning
            outdated = 0
            return
        }
        let current = tasks.filter(app.isCurrent)
        ready = current.count { task in
            task.isRunning && (app.hasHealthChecks ? task.isHealthy == true : task.isHealthy != false)
        }
        outdated = tasks.count - current.count
    }
}
