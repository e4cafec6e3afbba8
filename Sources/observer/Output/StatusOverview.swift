import Foundation
import ObserverEngine

/// How everything is, on one screen.
struct StatusOverview: Report {
    let engine: EngineState
    let hook: HookState
    let lastDelivery: DeliverySummary?
    let currentDeployment: DeploymentSummary?
    let lastDeployment: DeploymentSummary?

    func lines(in style: TextStyle) -> [String] {
        var fields = Fields()
        let up = Duration.seconds(max(0, style.now.timeIntervalSince(engine.startedAt))).brief
        fields.add("observer", "\(engine.version), up \(up)")
        fields.add("repository", "\(engine.owner)/\(engine.repository), branch \(engine.branch)")
        fields.add("authentication", engine.authentication.rawValue, engine.authentication.tint)
        fields.add("problem", engine.problem, .bad)
        fields.add("state", engine.isPaused ? "paused: deployments wait for resume" : nil, .caution)
        fields.add("held", engine.heldAt.map { "at \($0.prefix(7)) by a rollback" }, .caution)
        fields.add("blocked", engine.blocked, .caution)
        fields.add("public", engine.publicURL)
        fields.add("marathon", engine.marathonURL)
        addHook(to: &fields, in: style)
        fields.add(
            "last delivery",
            lastDelivery.map {
                "#\($0.id) \($0.event) \($0.verdict.rawValue), \(Age(of: $0.receivedAt, at: style.now).text)"
            },
            lastDelivery?.verdict.tint ?? .plain)
        fields.add("deploying", currentDeployment.map { $0.sentence(now: style.now) }, .caution)
        fields.add(
            "last deployment", lastDeployment.map { $0.sentence(now: style.now) }, lastDeployment?.stage.tint ?? .plain)
        return fields.lines(in: style)
    }

    private func addHook(to fields: inout Fields, in style: TextStyle) {
        let id = hook.id.map { " as #\($0)" } ?? ""
        let url = hook.url.map { " at \($0)" } ?? ""
        fields.add("webhook", hook.registration.rawValue + id + url, hook.registration.tint)
        fields.add("drift", hook.drift.joined(separator: ", "), .caution)
        fields.add("webhook problem", hook.problem, .bad)
        fields.add("last ping", hook.lastPingAt.map { Age(of: $0, at: style.now).text })
    }
}

extension EngineState.Authentication {
    fileprivate var tint: Tint {
        switch self {
        case .pending: .caution
        case .granted: .good
        case .refused: .bad
        }
    }
}

extension HookState.Registration {
    fileprivate var tint: Tint {
        switch self {
        case .unknown, .removed, .unreachable: .caution
        case .registered: .good
        case .failed: .bad
        }
    }
}
