import Foundation
import Logging

/// Keeps the webhook removed once an operator has removed it, also over restarts and on a new disk.
extension WebhookReconciler {
    /// Whether an operator removed the webhook.
    var isRemoved: Bool {
        get async throws { try await branchState().isHookRemoved }
    }

    /// Removes the webhook on GitHub; it stays removed, over restarts, until it is registered again.
    /// - Parameter id: The webhook that the operator saw.
    /// - Throws: `ActionRejected`, `GitHubError`
    func remove(_ id: Int) async throws -> String {
        let before = try await branchState()
        guard before.hookID == id else {
            throw ActionRejected.conflict(
                before.hookID.map { "The registered webhook is \($0), not \(id)." }
                    ?? "No webhook is registered; nothing to remove.")
        }
        if before.isHookRemoved {
            // Decided earlier: a failure does not change that.
            try await finishRemoval()
        } else {
            try await removeNow(id)
        }
        return "Webhook \(id) was removed and stays removed until it is registered again. "
            + (settings.polls
                ? "Polling still finds and deploys pushes; pause deployments to prevent that."
                : "Polling is off, so pushes are no longer found.")
    }

    /// Changes nothing if GitHub refuses it.
    private func removeNow(_ id: Int) async throws {
        // Stored first: after a crash the next start must not register it again.
        try await change { $0.decisions.decide(hookRemoved: true, at: Date()) }
        do {
            try await gitHub.deleteHook(id)
        } catch {
            // Also if the caller has given up: nothing may be removed after that. The write is not cancelled with it.
            try await Task { try await change { $0.decisions.decide(hookRemoved: false, at: Date()) } }.value
            throw error
        }
        try await noteRemoval(of: id)
    }

    /// GitHub has confirmed that the webhook is removed.
    private func noteRemoval(of id: Int) async throws {
        try await change { $0.hookID = nil }
        status.updateHook { $0 = HookState(registration: .removed) }
        logger.info("Removed webhook \(id)", metadata: [.observe: "done"])
    }

    /// On a new disk, waits until it is known whether an operator removed the webhook. A target whose address is not known,
    /// that rejects the credentials, or that does not respond for long, does not keep GitHub's deliveries away: the decision
    /// is carried out later.
    func awaitDecisions() async throws {
        let state = try await branchState()
        guard state.hookID == nil, state.decisions.hookRemoval.at == nil, !status.engine.decisions.isKnown else {
            return
        }
        let waiting = "Waiting for the target, which stores whether an operator removed the webhook."
        status.updateHook { $0.problem = waiting }
        defer { status.updateHook { if $0.problem == waiting { $0.problem = nil } } }
        do {
            try await withTimeout(settings.decisionTimeout) { [status] in
                try await status.wait { engine in
                    let isReachable = engine.target?.address != nil && engine.target?.condition != .refusing
                    return engine.decisions.isKnown || engine.decisions == .unavailable && !isReachable
                }
            }
        } catch is TimedOut {
            logger.warning(
                "The target does not respond; registering the webhook, which an operator may have removed before the disk was lost",
                metadata: [.observe: "register"])
        }
    }

    /// Signals changes of the operators' decisions.
    func decisionChanges() -> AsyncStream<Void> {
        store.feed.signals { [branch = settings.branch] change in
            if case .branch(branch, _) = change { true } else { false }
        }
    }

    /// Whether the webhook is not what the operators' decisions require: they were read after the start, or GitHub has not
    /// confirmed a removal yet.
    var isOutOfDate: Bool {
        get async throws { try await isRemoved != (status.hook.registration == .removed) }
    }

    /// Completes a removal that was interrupted, or that was decided before the disk was lost. Until GitHub confirms it, the
    /// status shows why it is not complete.
    /// - Throws: `GitHubError`, store errors.
    func finishRemoval() async throws {
        guard let id = try await branchState().hookID else {
            return status.updateHook { $0 = HookState(registration: .removed) }
        }
        status.updateHook { $0.startRemoval(of: id) }
        do {
            try await gitHub.deleteHook(id)
        } catch let error as GitHubError {
            let sentence =
                "An operator removed webhook \(id), but GitHub has not confirmed that; until then, pushes that it "
                + "delivers are still accepted. \(error.description.asSentence) The observer keeps trying."
            status.updateHook { $0.problem = sentence }
            throw error
        }
        try await noteRemoval(of: id)
    }
}
