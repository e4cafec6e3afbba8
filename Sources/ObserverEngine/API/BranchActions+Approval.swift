import Foundation

/// Approvals of plans that wait for one.
extension BranchActions {
    /// Approves a plan that the operator saw.
    func approve(_ deployment: Deployment, plan: String, by caller: Operator) async throws -> ActionAnswer {
        let id = deployment.id
        try checkWaiting(deployment)
        if let refusal = try await approvalRefusal(of: deployment, to: caller) {
            throw ControlError.impossible(refusal)
        }
        guard let approved = try await store.approve(id, plan: plan, by: caller.label) else {
            throw ControlError.conflict("The plan of deployment \(id) has changed since it was read; read it again.")
        }
        return ActionAnswer("Deployment \(id) of \(approved.commit.short) approved.", deployment: id)
    }

    /// Why the operator may not approve the plan of a deployment, as a sentence; nil if they may.
    func approvalRefusal(of deployment: Deployment, to caller: Operator) async throws -> String? {
        let pushers = try await store.pushers(of: deployment.commit, on: deployment.request.branch)
        return policy.approval.refusal(to: caller, of: deployment.request, pushers: pushers)
    }

    /// Ends a deployment that waits for approval.
    func reject(_ deployment: Deployment, reason: String?, by caller: Operator) async throws -> ActionAnswer {
        let id = deployment.id
        try checkWaiting(deployment)
        guard try await store.reject(deployment, by: caller.label, reason: try reason.map(Self.reason)) else {
            throw ControlError.conflict("Deployment \(id) is no longer waiting for approval.")
        }
        if let ended = try await store.deployment(id) { await log(endOf: ended) }
        return ActionAnswer("Deployment \(id) of \(deployment.commit.short) rejected.", deployment: id)
    }

    private func checkWaiting(_ deployment: Deployment) throws {
        guard deployment.stage == .queued, deployment.unapprovedPlan != nil else {
            throw ControlError.conflict(
                "Deployment \(deployment.id) is not waiting for approval; it \(deployment.stage.predicate).")
        }
    }
}
