import Foundation

/// How deployments go on, step by step.
extension MarathonWorld {
    /// Tells whether anything has moved.
    mutating func advanceDeployments(to now: Date) -> Bool {
        var hasMoved = false
        for id in deployments.map(\.id) {
            guard let index = deployments.firstIndex(where: { $0.id == id }), !deployments[index].isStuck else {
                continue
            }
            let deployment = deployments[index]
            for action in deployment.currentActions { hasMoved = perform(action, at: now) || hasMoved }
            guard deployment.currentActions.allSatisfy(isDone) else { continue }
            hasMoved = true
            finishStep(of: deployment, at: now)
        }
        return hasMoved
    }

    /// Begins the step that a deployment has come to, or ends the deployment after the last one.
    mutating func beginStep(of id: String, at now: Date) {
        guard let index = deployments.firstIndex(where: { $0.id == id }) else { return }
        let deployment = deployments[index]
        guard !deployment.currentActions.isEmpty else {
            deployments.remove(at: index)
            let plan = deployment.plan
            emit("deployment_success", ["id": .string(id), "plan": plan], at: now)
            return
        }
        emit("deployment_info", ["plan": deployment.plan, "currentStep": deployment.stepDocument], at: now)
        for action in deployment.currentActions {
            switch action.kind {
            case .start: apps[action.app]?.launchTarget = 0
            case .scale:
                let instances = apps[action.app]?.instances ?? 0
                apps[action.app]?.launchTarget = instances
            case .restart, .stop: _ = perform(action, at: now)
            }
        }
    }

    private mutating func finishStep(of deployment: SimulatedDeployment, at now: Date) {
        emit(
            "deployment_step_success",
            ["plan": deployment.plan, "currentStep": deployment.stepDocument],
            at: now
        )
        for action in deployment.currentActions where action.kind == .stop {
            dying[action.app] = nil
            emit("app_terminated_event", ["appId": .string(action.app)], at: now)
        }
        guard let index = deployments.firstIndex(where: { $0.id == deployment.id }) else { return }
        deployments[index].currentStep += 1
        beginStep(of: deployment.id, at: now)
    }

    private func isDone(_ action: SimulatedDeployment.Action) -> Bool {
        switch action.kind {
        case .start: true
        case .scale, .restart: apps[action.app]?.isReady ?? true
        case .stop: dying[action.app]?.tasks.isEmpty ?? true
        }
    }

    /// Starts and kills what an action wants now; tells whether it did.
    private mutating func perform(_ action: SimulatedDeployment.Action, at now: Date) -> Bool {
        switch action.kind {
        case .start, .scale: return false
        case .stop:
            guard var app = dying[action.app] else { return false }
            let doomed = app.tasks.filter { $0.diesAt == nil }
            app.launchTarget = 0
            for task in doomed { kill(task, of: &app, at: now) }
            dying[action.app] = app
            return !doomed.isEmpty
        case .restart:
            guard var app = apps[action.app] else { return false }
            defer { apps[action.app] = app }
            let doomed = app.oldTasks.filter { $0.diesAt == nil }
            let startsFirst = app.definition["upgradeStrategy"]?["maximumOverCapacity"]?.double != 0
            if startsFirst || app.oldTasks.isEmpty, app.launchTarget != app.instances {
                app.launchTarget = app.instances
                return true
            }
            let isReplaced = app.currentTasks.count == app.instances && app.currentTasks.allSatisfy(app.isReady)
            guard !doomed.isEmpty, isReplaced || !startsFirst else { return false }
            for task in doomed { kill(task, of: &app, at: now) }
            return true
        }
    }
}
