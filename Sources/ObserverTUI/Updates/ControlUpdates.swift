import Foundation
import ObserverEngine

extension Dashboard {
    mutating func take(_ event: ControlEvent) -> [DashboardEffect] {
        if case .snapshot(let snapshot) = event { return take(snapshot) }
        var effects = resume()
        state.mirror?.apply(event)
        switch event {
        case .delivery:
            countChange()
        case .deployment(let row):
            countChange()
            effects += reloadDetail(of: row)
        case .apps:
            dropSelectedApp()
        case .audit(let entry):
            note(entry)
            return effects
        case .log:
            return effects
        case .snapshot, .engine, .hook:
            break
        }
        return effects + reviewDialog()
    }

    mutating func lose(because reason: String, retryAt: Date) {
        if case .lost(let since, _, _) = state.connection {
            state.connection = .lost(since: since, reason: reason, retryAt: retryAt)
        } else {
            state.connection = .lost(since: state.now, reason: reason, retryAt: retryAt)
        }
        state.isLoadingOlder = false
    }

    /// A stream that continues after a lost connection starts without a snapshot: any event shows that it is connected.
    private mutating func resume() -> [DashboardEffect] {
        guard case .lost(let since, _, _) = state.connection else { return [] }
        let away = DurationText(state.now.timeIntervalSince(since)).text
        state.notice = .info("Reconnected after \(away).", at: state.now)
        state.connection = .live
        state.logRequests = state.logRequests.filter { !$0.value.hasFailed }
        return reloadDetail() + retryPlan()
    }

    private mutating func take(_ snapshot: ControlSnapshot) -> [DashboardEffect] {
        let before = state.mirror
        if state.mirror == nil {
            state.mirror = EngineMirror(snapshot)
        } else {
            state.mirror?.apply(.snapshot(snapshot))
        }
        if case .lost(let since, _, _) = state.connection, let before, let after = state.mirror {
            let away = DurationText(state.now.timeIntervalSince(since)).text
            state.notice = .info(ReconnectSummary(before: before, after: after, away: away).sentence, at: state.now)
        }
        state.connection = .live
        state.logRequests = [:]
        if !has(state.deliveries.selected, state.shown?.deliveries, since: before?.deliveries) {
            state.deliveries = ListPosition()
        }
        if !has(state.deployments.selected, state.shown?.deployments, since: before?.deployments) {
            state.deployments = ListPosition()
        }
        dropSelectedApp()
        if state.focus == .apps, !state.hasApps { state.focus = .deployments }
        return retryPlan() + reviewDialog() + reloadDetail()
    }

    /// Whether the row still exists, and is not another one with the same ID in a new database.
    private func has<Row: ListedRow>(_ id: Row.ID?, _ rows: RowList<Row>?, since earlier: RowList<Row>?) -> Bool {
        guard let id, let row = rows?[id] else { return false }
        return earlier?[id].map { row.isVersion(of: $0) } ?? true
    }

    /// Changes of the opened row may have been missed, or could not be read.
    private mutating func reloadDetail() -> [DashboardEffect] {
        switch (state.detail?.subject, state.detail?.content) {
        case (.delivery(let id)?, .loading?), (.delivery(let id)?, .unavailable?):
            state.detail?.content = .loading
            return [.loadDelivery(id)]
        case (.deployment(let id)?, _): return [.loadDeployment(id)]
        case (.app(let id)?, _): return [.loadApp(id)]
        case (.audit?, _): return [.loadAudit]
        default: return []
        }
    }

    /// The first app is selected when the selected one no longer exists.
    private mutating func dropSelectedApp() {
        guard let shown = state.shown?.apps, !shown.apps.contains(where: { $0.id == state.apps.selected }) else {
            return
        }
        state.apps = ListPosition()
    }

    private mutating func countChange() {
        if state.isFrozen { state.changesSinceFrozen += 1 }
    }

    /// The changes of a deployment are only known in later stages, and the cause of an app's version at its end.
    private func reloadDetail(of row: DeploymentSummary) -> [DashboardEffect] {
        if case .app(let id) = state.detail?.subject { return row.stage.isFinal ? [.loadApp(id)] : [] }
        guard state.detail?.subject == .deployment(row.id) else { return [] }
        if case .deployment(let known) = state.detail?.content, known.summary.stage == row.stage { return [] }
        return [.loadDeployment(row.id)]
    }
}

/// Handles responses of the observer.
extension Dashboard {
    /// Requests the log on the screen, once.
    mutating func requestShownLog() -> [DashboardEffect] {
        guard state.isLive, case .deployment(let id) = state.logSubject else { return [] }
        switch state.logRequests[id] {
        case .sent, .failed: return []
        case .loaded where state.shown?.deploymentLogs[id] != nil: return []
        case .loaded, nil:
            state.logRequests[id] = .sent
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
        case .failure(let refusal): state.notice = .error(refusal.sentence, at: state.now)
        }
    }

    /// Requested rows and logs belong in the frozen state too.
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

/// A summary of the changes while the dashboard was disconnected.
struct ReconnectSummary: Equatable {
    let sentence: String

    init(before: EngineMirror, after: EngineMirror, away: String) {
        let newest = before.deployments.newest?.id ?? 0
        let finished = after.deployments.rows.filter { row in
            row.stage.isFinal && (before.deployments[row.id].map { !$0.stage.isFinal } ?? (row.id > newest))
        }
        let deliveries = after.deliveries.total - before.deliveries.total
        let succeeded = finished.count { $0.stage == .succeeded }
        let failed = finished.count { $0.stage == .failed }
        let news = [
            before.engine.instance == after.engine.instance ? nil : "observer restarted",
            deliveries < 1 ? nil : deliveries == 1 ? "1 delivery" : "\(deliveries) deliveries",
            succeeded < 1 ? nil : "\(succeeded) deployed",
            failed < 1 ? nil : "\(failed) failed",
        ].compactMap { $0 }
        let summary = news.isEmpty ? "no changes" : news.joined(separator: ", ")
        sentence = "Reconnected after \(away): \(summary)."
    }
}
