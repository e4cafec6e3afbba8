import Foundation
import ObserverEngine

extension Dashboard {
    mutating func take(_ event: ControlEvent) -> [DashboardEffect] {
        if case .snapshot(let snapshot) = event { return take(snapshot) }
        state.mirror?.apply(event)
        switch event {
        case .delivery(let row):
            countChange()
            if state.deliveries.selected == nil { state.deliveries.selected = row.id }
        case .deployment(let row):
            countChange()
            if state.deployments.selected == nil { state.deployments.selected = row.id }
            return reloadDetail(of: row)
        case .snapshot, .engine, .hook, .log:
            break
        }
        return []
    }

    mutating func lose(because reason: String, retryAt: Date) {
        if case .lost(let since, _, _) = state.connection {
            state.connection = .lost(since: since, reason: reason, retryAt: retryAt)
        } else {
            state.connection = .lost(since: state.now, reason: reason, retryAt: retryAt)
        }
        state.isLoadingOlder = false
    }

    private mutating func take(_ snapshot: ControlSnapshot) -> [DashboardEffect] {
        let before = state.mirror
        if state.mirror == nil {
            state.mirror = EngineMirror(snapshot)
        } else {
            state.mirror?.apply(.snapshot(snapshot))
        }
        if case .lost(let since, _, _) = state.connection, let before, let after = state.mirror {
            let away = TimeText.duration(state.now.timeIntervalSince(since))
            state.notice = .told(AbsenceReport(before: before, after: after, away: away).sentence, at: state.now)
        }
        state.connection = .live
        state.logRequests = LogRequests()
        selectRowsThatExist()
        return []
    }

    private mutating func selectRowsThatExist() {
        if state.selectedDelivery == nil { state.deliveries.selected = state.shown?.deliveries.newest?.id }
        if state.selectedDeployment == nil { state.deployments.selected = state.shown?.deployments.newest?.id }
    }

    private mutating func countChange() {
        if state.isFrozen { state.changesSinceFrozen += 1 }
    }

    /// What a deployment does to its apps is known only after some of its stages.
    private func reloadDetail(of row: DeploymentSummary) -> [DashboardEffect] {
        guard state.detail?.subject == .deployment(row.id) else { return [] }
        if case .deployment(let known) = state.detail?.content, known.summary.stage == row.stage { return [] }
        return [.loadDeployment(row.id)]
    }
}
