import ObserverEngine

/// The keys that change something at the engine. What can't be undone is asked first.
extension Dashboard {
    mutating func act(_ command: Command) -> [DashboardEffect] {
        guard let mirror = state.mirror else { return [] }
        switch command {
        case .register: return ask(for: .register)
        case .ping: return ask(for: .ping)
        case .pause: return ask(for: mirror.engine.isPaused ? .resume : .pause)
        case .removeHook:
            state.dialog = mirror.hook.id.map { .removeHook(id: $0, of: mirror.engine, at: state.now) }
        case .deploy:
            state.dialog = .deploy(in: mirror, at: state.now)
        case .rollback:
            state.dialog = state.rollbackTarget.map { .rollback(to: $0, in: mirror, at: state.now) }
        case .replay:
            state.dialog = state.replayTarget.map { .replay($0, in: mirror, at: state.now) }
        case .cancel:
            state.dialog = state.cancelTarget.map { .cancel($0, in: mirror, at: state.now) }
        default:
            break
        }
        return []
    }

    mutating func ask(for action: ControlAction) -> [DashboardEffect] {
        guard state.isLive else {
            state.notice = .refused(DashboardState.notConnected)
            return []
        }
        let commandLine = action.commandLine + state.owner.commandLineFlag
        state.lastCommandLine = commandLine
        state.notice = .told("Asked the engine: \(commandLine)", at: state.now)
        return [.perform(action)]
    }
}

extension ControlAction {
    /// The verb that does the same.
    var commandLine: String {
        switch self {
        case .register: "observer register"
        case .removeHook: "observer reset"
        case .ping: "observer ping"
        case .deploy(let commit?, _): "observer deploy \(commit)"
        case .deploy(nil, _): "observer deploy"
        case .rollback(let deployment, _): "observer rollback \(deployment)"
        case .replay(let delivery): "observer replay \(delivery)"
        case .pause: "observer pause"
        case .resume: "observer resume"
        case .cancel(let deployment): "observer cancel \(deployment)"
        }
    }
}
