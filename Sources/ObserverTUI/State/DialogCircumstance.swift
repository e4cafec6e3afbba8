import ObserverEngine

extension Dialog {
    /// A part of the consequence that depends on the state of the observer. It may start or end while the dialog is open.
    struct Circumstance: Equatable, Sendable {
        /// Its meaning for the action, as a sentence.
        let sentence: String
        /// That it has started in the meantime, as a sentence.
        let start: String
        /// That it has ended in the meantime, as a sentence.
        let end: String
    }

    /// The circumstance that differs in the same question, opened now, as a sentence; nil if none does.
    func changedCircumstance(in current: Dialog) -> String? {
        let (before, now) = (circumstances, current.circumstances)
        return now.first { !before.contains($0) }?.start ?? before.first { !now.contains($0) }?.end
    }
}

extension EngineMirror {
    /// That a deployment does not start at once.
    var pause: Dialog.Circumstance? {
        guard engine.isPaused else { return nil }
        return Dialog.Circumstance(
            sentence: "Deployments are paused, so it then waits.", start: "Meanwhile, deployments were paused.",
            end: "Meanwhile, deployments were resumed.")
    }

    /// The hold that a deployment of the head ends.
    var endedHold: Dialog.Circumstance? {
        guard let commit = engine.heldAt?.shortCommit else { return nil }
        return Dialog.Circumstance(
            sentence: "This ends the hold at \(commit).", start: "Meanwhile, the branch is on hold at \(commit).",
            end: "Meanwhile, the hold has ended.")
    }

    /// The deployments that have not started: one that an operator requests supersedes them.
    var supersededDeployments: Dialog.Circumstance? {
        let queued = deployments.rows.prefix(DeploymentsInProgress<DeploymentSummary>.recent)
            .filter { $0.stage == .queued }
        guard let newest = queued.first else { return nil }
        let name = "\(newest.id) of \(newest.commit.shortCommit)"
        let state = newest.plan == nil ? "queued" : "waiting for approval"
        return Dialog.Circumstance(
            sentence: queued.count == 1
                ? "Deployment \(name), which is \(state), is then superseded."
                : "\(queued.count) queued deployments are then superseded; the newest is \(name).",
            start: "Meanwhile, deployment \(name) is \(state).",
            end: "Meanwhile, deployment \(name) is no longer \(state).")
    }
}
