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
    /// Counted from 0; beyond the last one when it is finished.
    package internal(set) var currentStep = 0
    /// It is somebody else's and does not end until it is cancelled.
    package let isStuck: Bool

    /// The definitions that its apps had before; nil for new ones.
    let before: [String: JSON?]
    let originalRoot: JSON
    let targetRoot: JSON

    package var affectedApps: [String] {
        steps.joined().map(\.app).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    var currentActions: [Action] { steps.indices.contains(currentStep) ? steps[currentStep] : [] }
}
