import ObserverEngine

/// Actions on the observer. An action that can't be undone needs a confirmation; the others can be undone by a key.
extension Dashboard {
    mutating func act(_ command: Command) -> [DashboardEffect] {
        guard let mirror = state.mirror else { return [] }
        switch command {
        case .register: return request(.register)
        case .ping: return request(.ping)
        case .pause:
            state.dialog = .endPause(in: mirror, at: state.now) ?? .endHold(in: mirror, at: state.now)
            if state.dialog == nil { state.pauseForm = PauseForm() }
        case .approve:
            return state.approvalTarget.map { requestApproval(of: $0.id) } ?? []
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

    mutating func answerPause(with key: Key) -> [DashboardEffect] {
        guard let outcome = state.pauseForm?.press(key, at: state.now, zone: state.clock.zone), outcome != .open
        else { return [] }
        state.pauseForm = nil
        guard case .answered(let action) = outcome else { return [] }
        return request(action)
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
