import ObserverEngine

/// Actions on the observer. An action that can't be undone needs a confirmation.
extension Dashboard {
    mutating func act(_ command: Command) -> [DashboardEffect] {
        guard let mirror = state.mirror else { return [] }
        switch command {
        case .register: return request(.register)
        case .ping: return request(.ping)
        case .pause: return request(mirror.engine.isPaused ? .resume : .pause)
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

    mutating func request(_ action: ControlAction) -> [DashboardEffect] {
        guard state.isLive else {
            state.notice = .error(DashboardState.notConnected)
            return []
        }
        let commandLine = action.commandLine + state.owner.commandLineFlag
        state.lastCommandLine = commandLine
        state.notice = .info("Sent: \(commandLine)", at: state.now)
        return [.perform(action)]
    }
}
