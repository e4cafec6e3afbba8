import Foundation

/// The deployment that runs, as its row: every change is durable before the work goes on.
package actor DeploymentReport {
    package private(set) var deployment: Deployment
    package nonisolated let journal: Journal
    private let store: Store

    package init(_ deployment: Deployment, journal: Journal, store: Store) {
        self.deployment = deployment
        self.journal = journal
        self.store = store
    }

    package func advance(to stage: Deployment.Stage) async throws {
        try await change { $0.advance(to: stage, at: Date()) }
    }

    package func note(changes: [AppChange]) async throws {
        let clean = changes.map { $0.redacted(by: store.redactor) }
        try await change { $0.changes = clean }
    }

    package func note(marathonDeployment id: String) async throws {
        try await change { $0.marathonDeployments.append(id) }
    }

    /// Notes the deployments at Marathon that take it back.
    /// - Parameter failure: Why.
    package func note(rollbacks: [String], because failure: DeploymentFailure) async throws {
        let takenBack = "It is being taken back by the Marathon deployment \(rollbacks.joined(separator: ", "))."
        let reason = journal.clean("\(failure) \(takenBack)")
        try await change { deployment in
            deployment.marathonDeployments += rollbacks
            deployment.giveUp(because: reason)
        }
    }

    /// Stores the progress where it has changed.
    package func note(progress: DeploymentProgress) async throws {
        guard progress != deployment.progress else { return }
        try await change { $0.progress = progress }
    }

    package func finish(as stage: Deployment.Stage, outcome: String) async throws {
        try await change { $0.finish(as: stage, outcome: outcome, at: Date()) }
    }

    /// What can't be stored has not happened: it may be tried again.
    private func change(_ apply: (inout Deployment) -> Void) async throws {
        var changed = deployment
        apply(&changed)
        try await store.save(changed)
        deployment = changed
    }
}
