import Foundation
import ObserverEngine

/// The reaction of an open dialog to a change of the observer's state: a key never answers a question about something
/// that is no longer so.
enum DialogReview: Equatable {
    /// Shows the question as it would be asked now; `change` is the reason if it asks something else than before.
    case ask(Dialog, change: String?)
    /// Asks the same, but has to be read again for this reason.
    case warn(Dialog, change: String)
    /// Shows it without its plan, which is requested again.
    case plan(Dialog, change: String)
    /// Closes, because there is nothing left to ask.
    case close(String)
}

extension Dialog {
    func review(in mirror: EngineMirror, at now: Date) -> DialogReview {
        guard case .action(let action) = consequence else { return .ask(self, change: nil) }
        switch action {
        case .removeHook(let id):
            guard mirror.hook.id == id else { return .close(mirror.hook.end(of: id)) }
            return .ask(.removeHook(id: id, of: mirror.engine, at: now), change: nil)
        case .deploy:
            return review(plannedBy: .deploy(in: mirror, at: now), change: nil, move: mirror.lastSeenHead?.move)
        case .rollback(let id, let newest, _, _): return reviewRollback(to: id, seen: newest, in: mirror, at: now)
        case .replay(let id):
            guard let delivery = mirror.deliveries[id] else { return .close("Delivery \(id) is no longer listed.") }
            let current = Dialog.replay(delivery, in: mirror, at: now)
            return .ask(current, change: changedCircumstance(in: current) ?? mirror.lastSeenHead?.move)
        case .cancel(let id):
            guard let row = mirror.deployments[id] else { return .close(Self.unlisted(id)) }
            guard !row.stage.isFinal else { return .close("\(row.fate) There is nothing to cancel.") }
            let change = row.stage == .queued ? "it returned to the queue" : "it has started"
            return .ask(.cancel(row, in: mirror, at: now), change: "Meanwhile, \(change).")
        case .resume(.pause?):
            guard let current = Dialog.endPause(in: mirror, at: now) else { return .close("The pause has ended.") }
            return .ask(current, change: changedCircumstance(in: current) ?? "Meanwhile, the pause has changed.")
        case .resume:
            guard let current = Dialog.endHold(in: mirror, at: now) else { return .close("The hold has ended.") }
            return .ask(current, change: changeOfHold(to: current, in: mirror))
        case .acceptRepository:
            guard let current = Dialog.acceptRepository(of: mirror.engine, at: now) else {
                return .close("\(mirror.engine.fullName) is the watched repository; there is nothing to accept.")
            }
            return .ask(current, change: "Meanwhile, the name belongs to yet another repository.")
        case .approve(let id, let shown): return reviewApproval(of: id, plan: shown, in: mirror, at: now)
        case .register, .ping, .pause, .reject: return .ask(self, change: nil)
        }
    }

    /// Whether it asks for the approval of a deployment.
    func asksForApproval(of deployment: Int64) -> Bool {
        if case .action(.approve(deployment, _)) = consequence { true } else { false }
    }

    private func review(plannedBy current: Dialog, change: String?, move: String? = nil) -> DialogReview {
        guard let basis = plan?.basis, let newer = current.plan?.basis, let outdated = basis.change(to: newer) else {
            // The deployment of a push is queued while its plan is read: the push remains the reason.
            let isStated = note != nil && note == move && plan?.content == .loading
            return .ask(current, change: change ?? (isStated ? nil : changedCircumstance(in: current)))
        }
        return .plan(current, change: change ?? outdated)
    }

    /// A new head is the reason only if the hold is the same.
    private func changeOfHold(to current: Dialog, in mirror: EngineMirror) -> String {
        let isMoved = briefQuestion == current.briefQuestion && facts.last != current.facts.last
        return changedCircumstance(in: current) ?? (isMoved ? mirror.lastSeenHead?.move : nil)
            ?? "Meanwhile, the hold has changed."
    }

    private func reviewRollback(
        to id: Int64, seen: Int64?, in mirror: EngineMirror, at now: Date
    ) -> DialogReview {
        guard let target = mirror.deployments[id] else { return .close(Self.unlisted(id)) }
        let commit = target.commit.shortCommit
        if let active = mirror.deployments.rows.first(where: { !$0.stage.isFinal && $0.trigger == .rollback }),
            active.commit == target.commit, active.id > seen ?? 0
        {
            let author = active.requestedBy.map { " by \($0)" } ?? ""
            return .close("The rollback\(author) to \(commit) is already in progress (deployment \(active.id)).")
        }
        guard !mirror.isRunning(target.commit) else {
            return .close("\(commit) is already running.")
        }
        let current = Dialog.rollback(to: target, in: mirror, at: now)
        guard !asksSame(as: current) else { return review(plannedBy: current, change: nil) }
        if let newest = mirror.deployments.newest, newest.id != seen {
            let change = "Meanwhile, deployment \(newest.id) of \(newest.commit.shortCommit) was queued."
            return review(plannedBy: current, change: change)
        }
        // A deployment that has ended changes what the plan is based on.
        let isOutdated = current.plan.map { plan?.basis.change(to: $0.basis) != nil } ?? false
        let start = mirror.runningDeployment.map { "Meanwhile, \($0.commit.shortCommit) \($0.effect)." }
        return review(plannedBy: current, change: isOutdated ? nil : changedCircumstance(in: current) ?? start)
    }

    private func reviewApproval(
        of id: Int64, plan shown: String, in mirror: EngineMirror, at now: Date
    ) -> DialogReview {
        guard let row = mirror.deployments[id] else { return .close(Self.unlisted(id)) }
        guard let waiting = row.plan else { return .close(row.whyNotWaiting) }
        var same = row
        same.plan = shown
        let detail = DeploymentDetail(summary: same, changes: plan?.changes ?? [], externalIDs: [])
        guard let current = Dialog.approve(detail, in: mirror, at: now) else { return .close(row.whyNotWaiting) }
        let circumstance = changedCircumstance(in: current)
        guard let plan, let basis = current.plan?.basis, !plan.isAwaited else {
            return .ask(current, change: circumstance)
        }
        guard waiting == shown else { return .plan(current, change: "The target has changed, and the plan with it.") }
        let change = plan.basis.change(to: basis).map { "\($0) The plan was made before that." }
        return change.map { .warn(current, change: $0) } ?? .ask(current, change: circumstance)
    }

    private static func unlisted(_ deployment: Int64) -> String { "Deployment \(deployment) is no longer listed." }
}

extension HookState {
    /// Why the webhook with this ID can't be removed any more.
    fileprivate func end(of id: Int) -> String {
        if let current = self.id { return "Webhook #\(id) was replaced by #\(current)." }
        return registration == .removed ? "Webhook #\(id) was removed." : "Webhook #\(id) is no longer known."
    }
}

extension DeploymentSummary {
    /// `Deployment 41 of a1b2c3d: Superseded by deployment 42 (cafe123).`
    var fate: String {
        let name = "Deployment \(id) of \(commit.shortCommit)"
        return switch stage {
        case .superseded, .cancelled, .interrupted: "\(name): \((outcome ?? stage.rawValue).capitalizedSentence)"
        case .failed: "\(name) failed\(outcome.map { ": \($0)" } ?? "")".asSentence
        case .succeeded, .queued, .fetching, .validating, .applying, .waiting: "\(name) \(stage.predicate)."
        }
    }

    /// Why no plan of it waits for approval, as a sentence.
    var whyNotWaiting: String {
        guard !stage.isFinal else { return fate }
        guard let approval else {
            return "Deployment \(id) of \(commit.shortCommit) is no longer waiting for approval; it \(stage.predicate)."
        }
        return "Deployment \(id) of \(commit.shortCommit) was approved by \(approval.by)."
    }
}
