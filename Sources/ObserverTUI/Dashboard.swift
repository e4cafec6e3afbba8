import Foundation
import ObserverEngine

/// The dashboard without terminal, network and clock: events go in, effects come out, the state is what is shown.
struct Dashboard: Sendable {
    var state: DashboardState

    init(
        owner: EngineOwner, size: Size, at now: Date, charset: Charset = .unicode, timeZone: TimeZone = .current
    ) {
        state = DashboardState(
            owner: owner, charset: charset, clock: WallClock(zone: timeZone), size: size, now: now)
    }

    mutating func update(_ event: DashboardEvent, at now: Date) -> [DashboardEffect] {
        state.now = now
        if let expiry = state.notice?.expiry, expiry <= now { state.notice = nil }
        let effects = handle(event)
        return effects + requestShownLog()
    }

    private mutating func handle(_ event: DashboardEvent) -> [DashboardEffect] {
        switch event {
        case .key(let key): return press(key)
        case .pasted(let text): paste(text)
        case .mouse(let event): return point(event)
        case .resized(let size): resize(to: size)
        case .clockTicked: break
        case .control(let event): return take(event)
        case .connectionLost(let reason, let retryAt): lose(because: reason, retryAt: retryAt)
        case .answered(let action, let answer): show(answer, to: action)
        case .deliveryLoaded(let id, let result): load(result, ofDelivery: id)
        case .deploymentLoaded(let id, let result): load(result, ofDeployment: id)
        case .logLoaded(let id, let result): load(result, asLogOf: id)
        case .olderDeliveriesLoaded(let result): load(result) { $0.append(olderDeliveries: $1) }
        case .olderDeploymentsLoaded(let result): load(result) { $0.append(olderDeployments: $1) }
        }
        return []
    }
}
