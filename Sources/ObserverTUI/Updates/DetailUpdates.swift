import ObserverEngine

extension Dashboard {
    /// Longer bodies are cut.
    private static let bodyLimit = 200_000

    mutating func openDetail() -> [DashboardEffect] {
        guard state.detail == nil else { return [] }
        switch state.focus {
        case .deliveries:
            guard let row = state.selectedDelivery else { return [] }
            return open(.delivery(row.id), loading: .loadDelivery(row.id))
        case .deployments:
            guard let row = state.selectedDeployment else { return [] }
            return open(.deployment(row.id), loading: .loadDeployment(row.id))
        case .log:
            let lines = state.logLines
            guard let index = state.selectedLogIndex(in: lines) else { return [] }
            state.detail = Detail(subject: .logLine(lines[index]), content: .complete)
            return []
        case .hook:
            guard state.shown != nil else { return [] }
            state.detail = Detail(subject: .hook, content: .complete)
            return []
        }
    }

    mutating func scrollDetail(to line: Int, in document: Document) {
        let last = document.lastTop(space: state.detailArea, wraps: state.wraps)
        state.detail?.top = min(line, last)
    }

    mutating func load(_ result: Result<DeliveryDetail, ControlRefusal>, ofDelivery id: Int64) {
        guard state.detail?.subject == .delivery(id) else { return }
        switch result {
        case .success(let detail):
            state.detail?.content = .delivery(detail, body: JSONText.lines(of: detail.body, limit: Self.bodyLimit))
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

    private mutating func open(_ subject: Detail.Subject, loading effect: DashboardEffect) -> [DashboardEffect] {
        guard state.isLive else {
            state.detail = Detail(subject: subject, content: .unavailable(DashboardState.notConnected))
            return []
        }
        state.detail = Detail(subject: subject, content: .loading)
        return [effect]
    }
}
