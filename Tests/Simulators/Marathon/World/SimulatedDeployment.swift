/// A running deployment.
package struct SimulatedDeployment: Sendable, Identifiable {
    package struct Action: Sendable, Hashable {
        package enum Kind: String, Sendable {
            case start = "StartApplication"
            case scale = "ScaleApplication"
            case restart = "RestartApplication"
            case stop = "StopApplication"
        }

        package var kind: Kind
        package var app: String
    }

    package let id: String
    package let version: String
    package let steps: [[Action]]
    /// Counted from 0; equal to the number of steps when finished.
    package internal(set) var currentStep = 0
    /// Whether it belongs to another user and never ends until it is cancelled.
    package let isStuck: Bool

    /// The previous definitions of its apps; nil for new apps.
    let before: [String: JSON?]
    let originalRoot: JSON
    let targetRoot: JSON

    package var affectedApps: [String] {
        steps.joined().map(\.app).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    var currentActions: [Action] { steps.indices.contains(currentStep) ? steps[currentStep] : [] }
}

/// The steps from one set of apps to another.
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
