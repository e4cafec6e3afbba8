import ArgumentParser
import Foundation
import ObserverEngine

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        "status", abstract: "Show the state of the observer, its webhook and its deployments.")

    @OptionGroup var engine: EngineFlags
    @OptionGroup var output: OutputFlags

    func run() async throws {
        let overview = try await engine.withClient { client in
            let deployments = try await client.deployments(limit: 20)
            return StatusOverview(
                apps: try await client.apps(), engine: try await client.engine(), hook: try await client.hook(),
                lastDelivery: try await client.deliveries(limit: 1).first,
                currentDeployment: deployments.last { !$0.stage.isFinal },
                lastDeployment: deployments.first { $0.stage.isFinal })
        }
        try output.write(overview)
    }
}

/// The state of everything on one screen.
struct StatusOverview: Report {
    let apps: AppsReport
    let engine: EngineState
    let hook: HookState
    let lastDelivery: DeliverySummary?
    let currentDeployment: DeploymentSummary?
    let lastDeployment: DeploymentSummary?

    func lines(in style: TextStyle) -> [String] {
        var fields = FieldList()
        fields.add("running", apps.summary(at: style.now), apps.tint)
        fields.add("apps", apps.problem, .bad)
        fields.add("head", head, .caution)
        let up = Duration.seconds(max(0, style.now.timeIntervalSince(engine.startedAt))).brief
        fields.add("observer", "\(engine.version), up \(up)")
        fields.add("repository", "\(engine.owner)/\(engine.repository), branch \(engine.branch)")
        fields.add("authentication", engine.authentication.rawValue, engine.authentication.tint)
        fields.add("problem", engine.problem, .bad)
        fields.add("paused", engine.isPaused ? "deployments stay queued until resumed" : nil, .caution)
        fields.add("on hold", engine.heldAt.map { "at \($0.prefix(7)) until the next push" }, .caution)
        fields.add("blocked", engine.blocked, .caution)
        fields.add("decisions", engine.decisions.sentence, .caution)
        fields.add("public address", engine.publicURL)
        add(engine.gitHub, engine.rateLimitRemaining.map { "\($0) requests left" }, to: &fields, in: style)
        if let target = engine.target { add(target, nil, to: &fields, in: style) }
        addHook(to: &fields, in: style)
        fields.add(
            "last delivery",
            lastDelivery.map {
                "#\($0.id) \($0.event) \($0.verdict.rawValue), \($0.receivedAt.age(at: style.now))"
            },
            lastDelivery?.verdict.tint ?? .plain)
        fields.add("deploying", currentDeployment.map { $0.sentence(now: style.now) }, .caution)
        fields.add(
            "last deployment", lastDeployment.map { $0.sentence(now: style.now) }, lastDeployment?.stage.tint ?? .plain)
        return fields.lines(in: style)
    }

    private func add(
        _ dependency: DependencyState, _ more: String?, to fields: inout FieldList, in style: TextStyle
    ) {
        let parts = [dependency.sentence(now: style.now), dependency.address, more].compactMap(\.self)
        fields.add(dependency.name.lowercased(), parts.joined(separator: ", "), dependency.condition.tint)
    }

    /// The state of a commit that does not run yet; nil if the newest one runs.
    private var head: String? {
        if let next = currentDeployment {
            let commit = next.commit.prefix(7)
            guard next.stage == .queued else { return "\(commit) is being deployed" }
            return "\(commit) is queued" + (engine.isPaused ? "; deployments are paused" : "")
        }
        if let held = engine.heldAt { return "the branch is held at \(held.prefix(7))" }
        guard let last = lastDeployment, last.stage == .failed, last.commit != apps.running?.id else { return nil }
        return "\(last.commit.prefix(7)) failed"
    }

    private func addHook(to fields: inout FieldList, in style: TextStyle) {
        let id = hook.id.map { " as #\($0)" } ?? ""
        let url = hook.url.map { " at \($0)" } ?? ""
        fields.add("webhook", hook.registration.rawValue + id + url, hook.registration.tint)
        fields.add("drift", hook.drift.joined(separator: ", "), .caution)
        fields.add("webhook problem", hook.problem, .bad)
        fields.add("last ping", hook.lastPingAt.map { $0.age(at: style.now) })
    }
}

extension EngineState.DecisionState {
    /// A warning about the place of the decisions; nil where it is right.
    fileprivate var sentence: String? {
        switch self {
        case .pending, .unavailable: "not read from Marathon yet; nothing is deployed before"
        case .unsaved: "the newest is on this disk only; Marathon did not store it"
        case .saved, .local: nil
        }
    }
}

extension DependencyState {
    /// "unreachable for 42 s (connection refused), last answer 1m ago"
    fileprivate func sentence(now: Date) -> String {
        let age = since.map { " for \(Duration.seconds(max(0, now.timeIntervalSince($0))).brief)" } ?? ""
        let why = reason.map { " (\($0))" } ?? ""
        let last = lastAnswerAt.map { ", last answer \($0.age(at: now))" } ?? ""
        return switch condition {
        case .unknown: "not asked yet"
        case .reachable: "reachable" + last
        case .unreachable: "unreachable" + age + why + last
        case .refusing: "rejects the credentials" + age + why
        }
    }
}

extension DependencyState.Condition {
    fileprivate var tint: Tint {
        switch self {
        case .unknown: .plain
        case .reachable: .good
        case .unreachable, .refusing: .bad
        }
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
