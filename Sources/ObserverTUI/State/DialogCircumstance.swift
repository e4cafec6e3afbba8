import ObserverEngine

extension Dialog {
    /// A part of the consequence that depends on the state of the observer. It may start or end while the dialog is open.
    struct Circumstance: Equatable, Sendable {
        /// Its meaning for the action, as a sentence.
        let sentence: String
        /// States that it has started in the meantime.
        let start: String
        /// States that it has ended in the meantime.
        let end: String
    }

    /// The circumstance that differs in the same question, opened now, as a sentence; nil if none does.
    func changedCircumstance(in current: Dialog) -> String? {
        let (before, now) = (circumstances, current.circumstances)
        return now.first { !before.contains($0) }?.start ?? before.first { !now.contains($0) }?.end
    }
}

extension EngineMirror {
    /// A deployment does not start at once.
    var pause: Dialog.Circumstance? {
        guard engine.isPaused else { return nil }
        return Dialog.Circumstance(
            sentence: "Deployments are paused, so it then waits.", start: "Meanwhile, deployments were paused.",
            end: "Meanwhile, deployments were resumed.")
    }

    /// The newest deployment that waits for the end of the pause.
    var pausedDeployment: Dialog.Circumstance? {
        guard let row = deployments.rows.first(where: { $0.stage == .queued && $0.wait?.rule == .pause }) else {
            return nil
        }
        return Dialog.Circumstance(
            sentence: "Deployment \(row.nameInQueue) waits for that.",
            start: "Meanwhile, deployment \(row.nameInQueue) was queued.",
            end: "Meanwhile, deployment \(row.nameInQueue) no longer waits for that.")
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
        let recent = Array(deployments.rows.prefix(DeploymentsInProgress<DeploymentSummary>.recent))
        guard let newest = recent.first(where: { $0.stage == .queued }), let sentence = recent.supersession else {
            return nil
        }
        let name = newest.nameInQueue
        return Dialog.Circumstance(
            sentence: sentence,
            start: "Meanwhile, deployment \(name) is \(newest.stateInQueue).",
            end: "Meanwhile, deployment \(name) has started or ended.")
    }
}
