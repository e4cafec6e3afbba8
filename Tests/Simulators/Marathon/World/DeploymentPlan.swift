/// The steps that lead from one set of apps to another.
struct DeploymentPlan {
    var steps: [[SimulatedDeployment.Action]]

    init(from old: [String: JSON], to new: [String: JSON], levels: [[String]], restarting: Set<String>) {
        let gone = old.keys.filter { new[$0] == nil }.sorted()
        let created = new.keys.filter { old[$0] == nil }.sorted()
        var steps = [
            gone.map { SimulatedDeployment.Action(kind: .stop, app: $0) },
            created.map { SimulatedDeployment.Action(kind: .start, app: $0) },
        ]
        for level in levels {
            steps.append(
                level.sorted().compactMap { app in
                    guard let definition = new[app] else { return nil }
                    guard let before = old[app] else { return SimulatedDeployment.Action(kind: .scale, app: app) }
                    if restarting.contains(app) { return SimulatedDeployment.Action(kind: .restart, app: app) }
                    if before == definition { return nil }
                    let isScaling = before.removing("instances") == definition.removing("instances")
                    return SimulatedDeployment.Action(kind: isScaling ? .scale : .restart, app: app)
                })
        }
        self.steps = steps.filter { !$0.isEmpty }
    }
}
