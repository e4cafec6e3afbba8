package import Foundation

/// The rules that decide when a queued deployment may start. A value: it knows no clock, and reads nothing.
package struct DeploymentPolicy: Equatable, Sendable {
    package var windows = DeployWindows()
    package var checks = RequiredChecks.off
    package var checksTimeout = Duration.seconds(1800)
    package var approval = ApprovalRule()

    package init() {}

    /// Whether a deployment may start now.
    package enum Decision: Equatable, Sendable {
        case start
        case wait(DeploymentWait)
        /// It ends without a start, because of its checks; the reason is a sentence.
        case fail(String, Deployment.CheckFailure)
    }

    /// The first rule that forbids it counts. A rule never concerns a deployment that has started.
    /// - Returns: nil if the checks of its commit decide, which have to be read.
    package func decide(on deployment: Deployment, _ state: BranchState, at now: Date) -> Decision? {
        if let decision = decideBeforeChecks(on: deployment, state, at: now) { return decision }
        return requiresChecks(deployment.request) ? nil : decideAfterChecks(on: deployment)
    }

    /// The same, where the checks were read.
    package func decide(
        on deployment: Deployment, _ state: BranchState, checks facts: CheckFacts, at now: Date
    ) -> Decision {
        if let decision = decideBeforeChecks(on: deployment, state, at: now) { return decision }
        if requiresChecks(deployment.request) {
            let since = deployment.checkedSince ?? now
            switch CheckVerdict(checks, facts, waited: now.timeIntervalSince(since), timeout: checksTimeout) {
            case .passed: break
            case .waiting(let sentence):
                return .wait(DeploymentWait(.checks, sentence, until: since + checksTimeout.seconds, since: since))
            case .failed(let sentence, let cause): return .fail("\(sentence) Nothing was applied.", cause)
            }
        }
        return decideAfterChecks(on: deployment)
    }

    private func decideBeforeChecks(on deployment: Deployment, _ state: BranchState, at now: Date) -> Decision? {
        let request = deployment.request
        if request.override != nil { return .start }
        return (state.pauseWait ?? state.holdWait(of: request) ?? windowWait(of: request, at: now)).map(Decision.wait)
    }

    private func decideAfterChecks(on deployment: Deployment) -> Decision {
        approvalWait(of: deployment).map(Decision.wait) ?? .start
    }

    /// Whether the checks of a commit have passed, however long that took.
    package func passes(_ facts: CheckFacts) -> Bool {
        CheckVerdict(checks, facts, waited: 0, timeout: checksTimeout) == .passed
    }

    /// The checks that a commit had to pass, in words: `build, e2e`; nil if none were read.
    package func passedChecks(_ facts: CheckFacts) -> String? { CheckVerdict.names(of: checks, in: facts) }

    /// Whether pushes wait for their checks, so that an older one may have to be deployed while a newer one is checked.
    package var keepsOlderPushes: Bool { checks != .off }

    /// A commit that was deployed before need not be checked again.
    package func requiresChecks(_ request: DeploymentRequest) -> Bool {
        checks != .off && request.trigger != .rollback && request.trigger != .drift
    }

    private func windowWait(of request: DeploymentRequest, at now: Date) -> DeploymentWait? {
        request.trigger == .rollback ? nil : windows.wait(at: now)
    }

    /// A deployment was planned and its plan must be approved.
    private func approvalWait(of deployment: Deployment) -> DeploymentWait? {
        guard let marks = deployment.unapprovedPlan else { return nil }
        let decision = ApprovalDecision.decide(
            approval.scope != .never, marks: marks, approval: deployment.request.approval)
        guard case .needed(let hasChanged) = decision else { return nil }
        return .approval(of: deployment, hasChanged: hasChanged)
    }

    /// The decision about the plan of a deployment that is running, before anything is applied.
    package func decide(
        onPlan marks: [String], _ changes: [AppChange], changesAnything: Bool, mayRestart: Bool = false,
        of request: DeploymentRequest
    ) -> ApprovalDecision {
        guard request.override == nil else { return .unneeded }
        let isNeeded = approval.needsApproval(
            changes, changesAnything: changesAnything, mayRestart: mayRestart, trigger: request.trigger)
        return .decide(isNeeded, marks: marks, approval: request.approval)
    }
}

extension Deployment {
    /// Since when it has been waiting for its checks; nil while another rule, or none, delays it: a pause does not count.
    fileprivate var checkedSince: Date? {
        guard let wait, wait.rule == .checks else { return nil }
        // A version that did not store the time counted from here.
        return wait.since ?? queuedAt
    }
}

extension BranchState {
    fileprivate var pauseWait: DeploymentWait? {
        pause.map { DeploymentWait(.pause, $0.sentenceWithEnd, until: $0.until) }
    }

    fileprivate func holdWait(of request: DeploymentRequest) -> DeploymentWait? {
        guard let hold, hold.keepsBack(request) else { return nil }
        return DeploymentWait(.hold, "the branch is on hold at \(hold.summary) \(hold.until.words)")
    }
}

extension DeploymentWait {
    fileprivate static func approval(of deployment: Deployment, hasChanged: Bool) -> DeploymentWait {
        let removed = deployment.changes.filter { $0.kind == .removed }.map { "\($0.appID) is removed" }
        let restarted = deployment.changes.filter { $0.restarts != nil }.map { "\($0.appID) restarts" }
        let all = removed + restarted
        let shown = all.prefix(3) + (all.count > 3 ? ["\(all.count - 3) more"] : [])
        let plan = shown.isEmpty ? "" : ": \(shown.joined(separator: ", "))"
        // When it changed is not known: maybe before someone approved the plan.
        let change = "the target has changed since the approved plan was made"
        let need = hasChanged ? "\(change); needs approval again" : "needs approval"
        return DeploymentWait(.approval, need + plan)
    }
}
