import ObserverEngine

/// What the engine answers to questions.
extension Dashboard {
    /// Asks for the log that is on the screen, once.
    mutating func requestShownLog() -> [DashboardEffect] {
        guard state.isLive, case .deployment(let id) = state.logSubject else { return [] }
        switch state.logRequests[id] {
        case .asked, .failed: return []
        case .loaded where state.shown?.deploymentLogs[id] != nil: return []
        case .loaded, nil:
            state.logRequests[id] = .asked
            return [.loadLog(deployment: id)]
        }
    }

    mutating func load(_ result: Result<[LogLine], ControlRefusal>, asLogOf id: Int64) {
        switch result {
        case .success(let lines):
            state.logRequests[id] = .loaded
            changeMirrors { $0.merge(lines, ofDeployment: id) }
        case .failure(let refusal):
            state.logRequests[id] = .failed(refusal.sentence)
        }
    }

    mutating func load<Row>(
        _ result: Result<[Row], ControlRefusal>, append: (inout EngineMirror, [Row]) -> Void
    ) {
        state.isLoadingOlder = false
        switch result {
        case .success(let page): changeMirrors { append(&$0, page) }
        case .failure(let refusal): state.notice = .refused(refusal.sentence)
        }
    }

    mutating func load(_ result: Result<DeliveryDetail, ControlRefusal>, ofDelivery id: Int64) {
        guard state.detail?.subject == .delivery(id) else { return }
        switch result {
        case .success(let detail):
            state.detail?.content = .delivery(detail, body: JSONText.lines(of: detail.body))
        case .failure(let refusal):
            state.detail?.content = .unavailable(refusal.sentence)
        }
    }

    mutating func load(_ result: Result<DeploymentDetail, ControlRefusal>, ofDeployment id: Int64) {
        guard state.detail?.subject == .deployment(id) else { return }
        switch result {
        case .success(let detail): state.detail?.content = .deployment(detail)
        case .failure(let refusal): state.detail?.content = .unavailable(refusal.sentence)
        }
    }

    mutating func show(_ answer: Result<String, ControlRefusal>, to action: ControlAction) {
        switch answer {
        case .success(let sentence):
            state.notice = .done(sentence, at: state.now)
        case .failure(let refusal) where refusal.isConflict:
            state.notice = .refused("Nothing was done, the world moved meanwhile: \(refusal.sentence)")
        case .failure(let refusal):
            state.notice = .refused(refusal.sentence)
        }
    }

    /// What was asked for belongs to the frozen picture too.
    private mutating func changeMirrors(_ change: (inout EngineMirror) -> Void) {
        if var mirror = state.mirror {
            change(&mirror)
            state.mirror = mirror
        }
        if var frozen = state.frozen {
            change(&frozen)
            state.frozen = frozen
        }
    }
}
