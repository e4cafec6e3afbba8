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
        case .apps:
            guard let app = state.selectedApp else { return [] }
            return open(.app(app.id), loading: .loadApp(app.id))
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

    mutating func openAudit() -> [DashboardEffect] {
        open(.audit, loading: .loadAudit)
    }

    /// Scrolls to a line, or as far as possible.
    mutating func scrollDetail(to line: Int, in document: Document) {
        let last = document.lastTop(space: state.detailArea, wraps: state.wraps)
        let top = ScrollPoint(item: line)
        state.detail?.top = last.isBefore(top) ? last : top
    }

    mutating func scrollDetail(_ movement: Movement) {
        guard let detail = state.detail else { return }
        let document = Document(detail, in: state)
        let space = state.detailArea
        let last = document.lastTop(space: space, wraps: state.wraps)
        let top = last.isBefore(detail.top) ? last : detail.top
        guard let rows = movement.rows(page: space.rows) else {
            state.detail?.top = movement == .first ? ScrollPoint() : last
            return
        }
        let target = top.moved(by: rows, count: document.count) { line in
            document.height(of: line, columns: space.columns, wraps: state.wraps)
        }
        state.detail?.top = last.isBefore(target) ? last : target
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

    mutating func load(_ result: Result<AppHistory, ControlRefusal>, ofApp id: String) {
        guard state.detail?.subject == .app(id) else { return }
        switch result {
        case .success(let history): state.detail?.content = .app(history)
        case .failure(let refusal): state.detail?.content = .unavailable(refusal.sentence)
        }
    }

    mutating func load(_ result: Result<[AuditEntry], ControlRefusal>) {
        guard state.detail?.subject == .audit else { return }
        switch result {
        case .success(let entries): state.detail?.content = .audit(entries)
        case .failure(let refusal): state.detail?.content = .unavailable(refusal.sentence)
        }
    }

    /// Shows a new entry, or the result of one.
    mutating func note(_ entry: AuditEntry) {
        guard case .audit(var entries) = state.detail?.content else { return }
        if let index = entries.firstIndex(where: { $0.id == entry.id }) {
            entries[index] = entry
        } else {
            entries = [entry] + entries.prefix(ControlPage.limit - 1)
        }
        state.detail?.content = .audit(entries)
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
