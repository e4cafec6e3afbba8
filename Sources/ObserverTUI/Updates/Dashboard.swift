import Foundation
import ObserverEngine

/// The dashboard as a value, without terminal, network or clock: takes events, returns effects and holds the state.
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
        selectNewest()
        return effects + requestShownLog()
    }

    private mutating func handle(_ event: DashboardEvent) -> [DashboardEffect] {
        switch event {
        case .keys(let keys): return press(keys)
        case .pasted(let text): paste(text)
        case .mouse(let event): return point(event)
        case .resized(let size): resize(to: size)
        case .clockTicked: break
        case .control(let event): return take(event)
        case .identified(let caller): state.caller = caller
        case .connectionLost(let reason, let retryAt): lose(because: reason, retryAt: retryAt)
        case .answered(let action, let answer): show(answer, to: action)
        case .deliveryLoaded(let id, let result): load(result, ofDelivery: id)
        case .deploymentLoaded(let id, let result):
            load(result, ofDeployment: id)
            return load(result, asApprovalOf: id)
        case .planLoaded(let ref, let result): return load(result, asPlanOf: ref)
        case .appLoaded(let id, let result): load(result, ofApp: id)
        case .logLoaded(let id, let result): load(result, asLogOf: id)
        case .auditLoaded(let result): load(result)
        case .olderDeliveriesLoaded(let result): load(result) { $0.append(olderDeliveries: $1) }
        case .olderDeploymentsLoaded(let result): load(result) { $0.append(olderDeployments: $1) }
        }
        return []
    }
}

/// Everything that can change the screen.
enum DashboardEvent: Sendable {
    /// Keys that arrived together.
    case keys([Key])
    case pasted(String)
    case mouse(MouseEvent)
    case resized(Size)
    /// A time on the screen is outdated, or the process was suspended.
    case clockTicked
    case control(ControlEvent)
    /// The observer recognizes this operator.
    case identified(Operator)
    case connectionLost(reason: String, retryAt: Date)
    case answered(ControlAction, Result<String, ControlRefusal>)
    case deliveryLoaded(Int64, Result<DeliveryDetail, ControlRefusal>)
    case deploymentLoaded(Int64, Result<DeploymentDetail, ControlRefusal>)
    case planLoaded(String?, Result<PlanReport, ControlRefusal>)
    case appLoaded(String, Result<AppHistory, ControlRefusal>)
    case logLoaded(Int64, Result<[LogLine], ControlRefusal>)
    case auditLoaded(Result<[AuditEntry], ControlRefusal>)
    case olderDeliveriesLoaded(Result<[DeliverySummary], ControlRefusal>)
    case olderDeploymentsLoaded(Result<[DeploymentSummary], ControlRefusal>)
}

/// A request of the dashboard to its runner.
enum DashboardEffect: Equatable, Sendable {
    case perform(ControlAction)
    case loadDelivery(Int64)
    case loadDeployment(Int64)
    case loadApp(String)
    /// nil for the head of the branch.
    case loadPlan(String?)
    case loadLog(deployment: Int64)
    case loadAudit
    case loadOlderDeliveries(before: Int64)
    case loadOlderDeployments(before: Int64)
    case copy(String)
    case setMouse(Bool)
    case suspend
    case redraw
    case quit
}

/// Why the observer rejected a request.
package struct ControlRefusal: Error, Equatable, Sendable {
    /// For the operator.
    package let sentence: String

    package init(sentence: String) {
        self.sentence = sentence
    }
}
