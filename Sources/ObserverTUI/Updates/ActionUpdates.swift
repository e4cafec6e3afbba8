import ObserverEngine

/// Actions on the observer. An action that can't be undone needs a confirmation; the others can be undone by a key.
extension Dashboard {
    mutating func act(_ command: Command) -> [DashboardEffect] {
        guard let mirror = state.mirror else { return [] }
        switch command {
        case .register: return request(.register)
        case .ping: return request(.ping)
        case .pause:
            if mirror.engine.isPaused { return request(.resume(ending: .pause)) }
            state.dialog = .endHold(in: mirror, at: state.now)
            if state.dialog == nil { state.pauseForm = PauseForm() }
        case .approve:
            state.approving = state.approvalTarget?.id
            return state.approving.map { [.loadDeployment($0)] } ?? []
        case .removeHook:
            state.dialog = mirror.hook.id.map { .removeHook(id: $0, of: mirror.engine, at: state.now) }
        case .deploy:
            return ask(.deploy(in: mirror, at: state.now))
        case .rollback:
            return state.rollbackTarget.map { ask(.rollback(to: $0, in: mirror, at: state.now)) } ?? []
        case .replay:
            state.dialog = state.replayTarget.map { .replay($0, in: mirror, at: state.now) }
        case .acceptRepository:
            state.dialog = .acceptRepository(of: mirror.engine, at: state.now)
        case .cancel:
            state.dialog = state.cancelTarget.map { .cancel($0, in: mirror, at: state.now) }
        default:
            break
        }
        return []
    }

    /// Opens a dialog, and requests the plan that it shows.
    mutating func ask(_ dialog: Dialog) -> [DashboardEffect] {
        state.dialog = dialog
        guard let plan = dialog.plan, !plan.isFixed else { return [] }
        return [.loadPlan(plan.ref)]
    }

    mutating func load(_ result: Result<PlanReport, ControlRefusal>, asPlanOf ref: String?) {
        guard let plan = state.dialog?.plan, plan.ref == ref, !plan.isFixed else { return }
        switch result {
        case .success(let report): state.dialog?.show(.loaded(report), at: state.now)
        case .failure(let refusal): state.dialog?.show(.failed(refusal.sentence), at: state.now)
        }
    }

    /// Requests the plan of the open dialog again, because the branch or the target has changed.
    mutating func planAgain() -> [DashboardEffect] {
        guard let plan = state.dialog?.plan, !plan.isFixed else { return [] }
        state.dialog?.show(.loading, at: state.now)
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

    mutating func scrollPlan(_ movement: Movement) {
        guard let dialog = state.dialog else { return }
        let box = DialogBox(dialog, in: state.layout.body)
        state.dialog?.scroll(movement, in: box)
    }

    mutating func take(_ answer: Dialog.Answer) -> [DashboardEffect] {
        guard answer != .none, let dialog = state.dialog else { return [] }
        state.dialog = nil
        guard answer == .yes else { return [] }
        switch dialog.consequence {
        case .quit: return end()
        case .suspend: return [.suspend]
        case .action(let action): return request(action)
        }
    }

    mutating func answerPause(with key: Key) -> [DashboardEffect] {
        guard let outcome = state.pauseForm?.press(key, at: state.now, zone: state.clock.zone), outcome != .open
        else { return [] }
        state.pauseForm = nil
        guard case .answered(let action) = outcome else { return [] }
        return request(action)
    }

    /// Asks for the approval of a plan that was requested for that.
    mutating func askForApproval(of id: Int64, _ plan: Result<DeploymentDetail, ControlRefusal>) {
        guard state.approving == id, let mirror = state.mirror else { return }
        state.approving = nil
        switch plan {
        case .failure(let refusal): state.notice = .error(refusal.sentence, at: state.now)
        case .success(let detail):
            if let refusal = detail.approvalRefusal {
                state.notice = .error(refusal, at: state.now)
                return
            }
            state.dialog = .approve(detail, in: mirror, at: state.now)
            if state.dialog == nil {
                state.notice = .error("Deployment \(id) is no longer waiting for approval.", at: state.now)
            }
        }
    }

    /// Closes the question for an approval that can no longer be given: another operator has answered it, or the plan
    /// has changed.
    mutating func dropOutdatedApproval() -> [DashboardEffect] {
        guard case .action(.approve(let id, let plan)) = state.dialog?.consequence else { return [] }
        let current = state.mirror?.deployments[id]?.plan
        guard current != plan else { return [] }
        state.dialog = nil
        guard current != nil else {
            state.notice = .info("Deployment \(id) is no longer waiting for approval.", at: state.now)
            return []
        }
        // Asks again, with the new plan.
        state.approving = id
        return [.loadDeployment(id)]
    }

    mutating func request(_ action: ControlAction) -> [DashboardEffect] {
        guard state.isLive else {
            state.notice = .error(DashboardState.notConnected, at: state.now)
            return []
        }
        let commandLine = action.commandLine + state.owner.commandLineFlag
        state.lastCommandLine = commandLine
        state.notice = .info("Sent: \(commandLine)", at: state.now)
        state.unanswered.append(action)
        return [.perform(action)]
    }

    mutating func show(_ answer: Result<String, ControlRefusal>, to action: ControlAction) {
        if let index = state.unanswered.firstIndex(of: action) { state.unanswered.remove(at: index) }
        switch answer {
        case .success(let sentence):
            state.notice = .done([sentence, action.undoing].compactMap { $0 }.joined(separator: " "), at: state.now)
            if action.startsDeployment { followDeployments() }
        case .failure(let refusal):
            state.notice = .error(refusal.sentence, at: state.now)
        }
    }

    /// Shows the deployment that the operator has just requested.
    private mutating func followDeployments() {
        state.deployments = ListPosition()
        state.log = LogPosition()
    }
}

extension ControlAction {
    fileprivate var startsDeployment: Bool {
        switch self {
        case .deploy, .rollback, .replay: true
        case .register, .removeHook, .ping, .pause, .resume, .cancel, .acceptRepository, .approve, .reject: false
        }
    }

    /// How to undo it.
    fileprivate var undoing: String? {
        switch self {
        case .pause: "Press P to resume."
        case .removeHook: "Press r to register it again."
        default: nil
        }
    }
}
