import Foundation

/// Starting, cancelling and rolling back deployments.
extension MarathonWorld {
    /// Validates the target state, adopts it and starts a deployment to reach it.
    ///
    /// `restarting` contains apps to restart even if they do not change.
    @discardableResult
    mutating func deploy(
        _ target: MarathonRoot,
        force: Bool = false,
        restarting: Set<String> = [],
        at now: Date
    ) throws(MarathonErrorResponse) -> SimulatedDeployment {
        let plan = try plan(target, restarting: restarting)
        let affected = Set(plan.steps.joined().map(\.app))
        try cancelConflicts(for: affected, force: force, at: now)

        let version = nextVersion(now)
        let original = rootDocument
        let before = Dictionary(uniqueKeysWithValues: affected.map { ($0, apps[$0]?.definition) })
        adopt(target, affected: affected, restarting: restarting, version: version)
        let deployment = SimulatedDeployment(
            id: UUID().uuidString.lowercased(),
            version: version,
            steps: plan.steps,
            isStuck: false,
            before: before,
            originalRoot: original,
            targetRoot: rootDocument
        )
        deployments.append(deployment)
        emit("group_change_success", ["groupId": "/", "version": .string(version)], at: now)
        beginStep(of: deployment.id, at: now)
        advance(to: now)
        return deployment
    }

    /// The steps of a deployment to the target state.
    func plan(_ target: MarathonRoot, restarting: Set<String> = []) throws(MarathonErrorResponse) -> DeploymentPlan {
        for id in target.apps.keys where target.groups[id] != nil {
            throw .invalid([
                MarathonProblem(path: "/", error: "Groups and Applications may not have the same identifier: \(id)")
            ])
        }
        guard let levels = target.levels else {
            throw .invalid([MarathonProblem(path: "/", error: "Dependency graph has cyclic dependencies.")])
        }
        return DeploymentPlan(from: root.apps, to: target.apps, levels: levels, restarting: restarting)
    }

    /// Reverts a deployment with a new one.
    mutating func rollBack(_ deployment: SimulatedDeployment, at now: Date) throws(MarathonErrorResponse)
        -> SimulatedDeployment
    {
        var target = root
        for (id, definition) in deployment.before {
            target.apps[id] = definition
            if definition != nil { target.addAncestors(of: id) }
        }
        return try deploy(target, force: true, restarting: Set(deployment.affectedApps), at: now)
    }

    /// Cancels a deployment in its current state.
    mutating func cancel(_ id: String, at now: Date) {
        guard let index = deployments.firstIndex(where: { $0.id == id }) else { return }
        let deployment = deployments.remove(at: index)
        abandon(deployment)
        emit("deployment_failed", ["id": .string(id), "plan": deployment.plan], at: now)
    }

    /// Drops every deployment in its current state, without an event.
    mutating func dropDeployments() {
        for deployment in deployments { abandon(deployment) }
        deployments = []
    }

    private mutating func abandon(_ deployment: SimulatedDeployment) {
        for app in deployment.affectedApps {
            dying[app]?.launchTarget = 0
            let running = apps[app]?.currentTasks.count ?? 0
            apps[app]?.launchTarget = running
        }
    }

    private mutating func cancelConflicts(
        for apps: Set<String>,
        force: Bool,
        at now: Date
    ) throws(MarathonErrorResponse) {
        let conflicts = deployments.filter { !apps.isDisjoint(with: $0.affectedApps) }
        guard force || conflicts.isEmpty else { throw .locked(by: conflicts.map(\.id)) }
        for conflict in conflicts { cancel(conflict.id, at: now) }
    }

    private mutating func adopt(
        _ target: MarathonRoot,
        affected: Set<String>,
        restarting: Set<String>,
        version: String
    ) {
        for id in affected {
            guard let definition = target.apps[id] else {
                dying[id] = apps.removeValue(forKey: id)
                continue
            }
            if apps[id] == nil {
                apps[id] = SimulatedApp(id: id, definition: definition, version: version)
            } else {
                apps[id]?.update(definition, version: version)
                if restarting.contains(id) {
                    apps[id]?.lastConfigChangeAt = version
                    apps[id]?.launchTarget = 0
                }
            }
        }
        groups = target.groups
    }
}

/// Progress of deployments, step by step.
extension MarathonWorld {
    /// Returns whether anything has changed.
    mutating func advanceDeployments(to now: Date) -> Bool {
        var hasChanged = false
        for id in deployments.map(\.id) {
            guard let index = deployments.firstIndex(where: { $0.id == id }), !deployments[index].isStuck else {
                continue
            }
            let deployment = deployments[index]
            for action in deployment.currentActions { hasChanged = perform(action, at: now) || hasChanged }
            guard deployment.currentActions.allSatisfy(isDone) else { continue }
            hasChanged = true
            finishStep(of: deployment, at: now)
        }
        return hasChanged
    }

    /// Begins the current step of a deployment, or completes the deployment after the last step.
    private mutating func beginStep(of id: String, at now: Date) {
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

    /// Starts and kills tasks as an action requires. Returns whether it did anything.
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
