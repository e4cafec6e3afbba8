import Foundation
import ObserverEngine

/// Dialogs: opening, answering, and following changes of the observer's state while they are open.
extension Dashboard {
    /// Opens a dialog, and requests the plan that it shows.
    mutating func ask(_ dialog: Dialog) -> [DashboardEffect] {
        state.dialog = dialog
        return requestPlan()
    }

    /// One plan of a commit is requested at a time: the answers do not name the request that they belong to.
    private mutating func requestPlan() -> [DashboardEffect] {
        guard let plan = state.dialog?.plan, !plan.isFixed else { return [] }
        if let basis = state.awaitedPlans[plan.ref] {
            if basis.change(to: plan.basis) != nil { state.dialog?.outdatePlan() }
            return []
        }
        state.awaitedPlans[plan.ref] = plan.basis
        return [.loadPlan(plan.ref)]
    }

    mutating func answer(with key: Key) -> [DashboardEffect] {
        if let plan = state.dialog?.plan, case .move(let movement) = KeyMap.command(for: key), plan.content != .loading
        {
            scrollPlan(movement)
            return []
        }
        guard let answer = state.dialog?.press(key, at: state.now) else { return [] }
        return take(answer)
    }

    mutating func take(_ answer: Dialog.Answer) -> [DashboardEffect] {
        guard answer != .none, let dialog = state.dialog else { return [] }
        (state.dialog, state.approving) = (nil, nil)
        guard answer == .yes else { return [] }
        switch dialog.consequence {
        case .quit: return end()
        case .suspend: return [.suspend]
        case .action(let action): return request(action)
        }
    }

    mutating func scrollPlan(_ movement: Movement) {
        guard let dialog = state.dialog else { return }
        let box = DialogBox(dialog, in: state.layout.body)
        state.dialog?.scroll(movement, in: box)
    }

    /// Lets an open dialog or form follow a change of the observer's state.
    mutating func reviewDialog() -> [DashboardEffect] {
        guard let mirror = state.mirror else { return [] }
        state.pauseForm?.follow(mirror.engine)
        switch state.dialog?.review(in: mirror, at: state.now) {
        case .ask(let current, let change)?:
            state.dialog?.follow(current, because: change, at: state.now)
            return []
        case .warn(let current, let change)?:
            state.dialog?.warn(current, because: change, at: state.now)
            return []
        case .plan(let current, let change)?:
            state.dialog?.follow(current, because: nil, at: state.now)
            return planAgain(current.plan, because: change)
        case .close(let sentence)?:
            closeDialog(.info(sentence, at: state.now))
            return []
        case nil:
            return []
        }
    }

    /// Requests a plan again that could not be made while the connection was lost.
    mutating func retryPlan() -> [DashboardEffect] {
        guard let plan = state.dialog?.plan, !plan.isFixed, case .failed = plan.content else { return [] }
        state.dialog?.show(.loading, at: state.now)
        return requestPlan()
    }

    private mutating func planAgain(_ known: PlanBody?, because change: String) -> [DashboardEffect] {
        guard let dialog = state.dialog, dialog.plan != nil else { return [] }
        state.dialog?.awaitPlan(known, because: change, at: state.now)
        if case .action(.approve(let id, _)) = dialog.consequence { return requestApproval(of: id) }
        return requestPlan()
    }

    mutating func load(_ result: Result<PlanReport, ControlRefusal>, asPlanOf ref: String?) -> [DashboardEffect] {
        state.awaitedPlans.removeValue(forKey: ref)
        guard let plan = state.dialog?.plan, plan.ref == ref, !plan.isFixed else { return [] }
        guard !plan.isOutdated else {
            state.dialog?.discardPlan()
            return requestPlan()
        }
        switch result {
        case .success(let report): state.dialog?.show(.loaded(report), at: state.now)
        case .failure(let refusal): state.dialog?.show(.failed(refusal.sentence), at: state.now)
        }
        return []
    }

    /// Keys that were meant for the dialog have no other meaning.
    private mutating func closeDialog(_ notice: Notice) {
        if let dialog = state.dialog {
            let delay = Dialog.changeDelay * (dialog.requiredWord == nil ? 1 : 3)
            state.ignoresKeysUntil = state.now.addingTimeInterval(delay)
        }
        (state.dialog, state.approving, state.notice) = (nil, nil, notice)
    }
}

/// Approvals: the plan is read first.
extension Dashboard {
    mutating func requestApproval(of id: Int64) -> [DashboardEffect] {
        state.approving = ApprovalRequest(deployment: id, plan: state.mirror?.deployments[id]?.plan)
        return [.loadDeployment(id)]
    }

    /// Asks for the approval of a plan that was requested for that, or shows it in the dialog that asks already.
    mutating func load(
        _ result: Result<DeploymentDetail, ControlRefusal>, asApprovalOf id: Int64
    ) -> [DashboardEffect] {
        guard let request = state.approving, request.deployment == id, let mirror = state.mirror else { return [] }
        state.approving = nil
        let isOpen = state.dialog?.asksForApproval(of: id) == true
        guard isOpen || !state.isAsking else { return [] }
        let row = mirror.deployments[id]
        if let row, row.plan != request.plan {
            // The answer may be older than that.
            guard row.plan == nil else { return requestApproval(of: id) }
            closeDialog(.info(row.whyNotWaiting, at: state.now))
            return []
        }
        switch result {
        case .failure(let refusal): closeDialog(.error(refusal.sentence, at: state.now))
        case .success(let detail):
            if let refusal = detail.approvalRefusal {
                closeDialog(.error(refusal, at: state.now))
            } else if let dialog = Dialog.approve(detail, in: mirror, at: state.now) {
                if isOpen { state.dialog?.replacePlan(by: dialog, at: state.now) } else { state.dialog = dialog }
            } else {
                closeDialog(.info(detail.summary.whyNotWaiting, at: state.now))
            }
        }
        return []
    }
}

extension DashboardState {
    /// Whether a question is open that keys answer.
    fileprivate var isAsking: Bool { dialog != nil || prompt != nil || pauseForm != nil || menu != nil }
}
