import Foundation

/// How a new set of apps and groups becomes a deployment.
extension MarathonWorld {
    /// Checks the target, takes it over and starts the deployment that leads to it.
    ///
    /// `restarting` names apps that are to be restarted although they do not change.
    @discardableResult
    mutating func deploy(
        _ target: MarathonRoot,
        force: Bool = false,
        restarting: Set<String> = [],
        at now: Date
    ) throws(MarathonRefusal) -> SimulatedDeployment {
        let plan = try plan(target, restarting: restarting)
        let affected = Set(plan.steps.joined().map(\.app))
        try clearTheWay(for: affected, force: force, at: now)

        let version = nextVersion(now)
        let original = rootDocument
        let before = Dictionary(uniqueKeysWithValues: affected.map { ($0, apps[$0]?.definition) })
        take(target, affected: affected, restarting: restarting, version: version)
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

    /// What a deployment to the target would do.
    func plan(_ target: MarathonRoot, restarting: Set<String> = []) throws(MarathonRefusal) -> DeploymentPlan {
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

    /// Undoes a deployment by a new one that leads its apps back.
    mutating func rollBack(_ deployment: SimulatedDeployment, at now: Date) throws(MarathonRefusal)
        -> SimulatedDeployment
    {
        var target = root
        for (id, definition) in deployment.before {
            target.apps[id] = definition
            if definition != nil { target.addAncestors(of: id) }
        }
        return try deploy(target, force: true, restarting: Set(deployment.affectedApps), at: now)
    }

    /// Ends a deployment where it stands.
    mutating func cancel(_ id: String, at now: Date) {
        guard let index = deployments.firstIndex(where: { $0.id == id }) else { return }
        let deployment = deployments.remove(at: index)
        leave(deployment)
        emit("deployment_failed", ["id": .string(id), "plan": deployment.plan], at: now)
    }

    /// Forgets every deployment where it stands, and tells nobody.
    mutating func forgetDeployments() {
        for deployment in deployments { leave(deployment) }
        deployments = []
    }

    private mutating func leave(_ deployment: SimulatedDeployment) {
        for app in deployment.affectedApps {
            dying[app]?.launchTarget = 0
            let running = apps[app]?.currentTasks.count ?? 0
            apps[app]?.launchTarget = running
        }
    }

    private mutating func clearTheWay(
        for apps: Set<String>,
        force: Bool,
        at now: Date
    ) throws(MarathonRefusal) {
        let conflicts = deployments.filter { !apps.isDisjoint(with: $0.affectedApps) }
        guard force || conflicts.isEmpty else { throw .locked(by: conflicts.map(\.id)) }
        for conflict in conflicts { cancel(conflict.id, at: now) }
    }

    private mutating func take(
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
