import Foundation

/// How tests put state into Marathon that no request of theirs has made.
extension MarathonWorld {
    /// An app that runs already, as if it had been deployed long ago.
    mutating func place(_ definition: JSON, at now: Date) {
        let id = PathID.absolute(definition["id"]?.string ?? "")
        var target = root
        target.addAncestors(of: id)
        groups = target.groups
        var app = SimulatedApp(id: id, definition: complete(definition, id: id), version: nextVersion(now))
        app.launchTarget = app.instances
        for _ in 0..<app.instances { launch(&app, at: now) }
        for index in app.tasks.indices {
            app.tasks[index].state = .running
            app.tasks[index].startedAt = now
            if app.hasHealthChecks, app.tasks[index].becomesHealthyAt != nil {
                app.tasks[index].isAlive = true
                app.tasks[index].becomesHealthyAt = nil
            }
        }
        apps[id] = app
    }

    /// A deployment of somebody else's that holds the app until it is cancelled.
    mutating func lock(_ app: String, at now: Date) -> String {
        let deployment = SimulatedDeployment(
            id: UUID().uuidString.lowercased(),
            version: nextVersion(now),
            steps: [[SimulatedDeployment.Action(kind: .scale, app: app)]],
            isStuck: true,
            before: [app: apps[app]?.definition],
            originalRoot: rootDocument,
            targetRoot: rootDocument
        )
        deployments.append(deployment)
        emit("deployment_info", ["plan": deployment.plan, "currentStep": deployment.stepDocument], at: now)
        return deployment.id
    }
}
