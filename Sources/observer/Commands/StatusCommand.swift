import ArgumentParser
import Foundation
import ObserverEngine

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        "status", abstract: "Show the state of the observer, its webhook and its deployments.")

    @OptionGroup var watch: WatchFlags
    @Flag(
        name: .goStyle("health"),
        help: "Only check that the observer responds and can store deliveries; otherwise exits with status 1 or 69.")
    var isHealthOnly = false
    @OptionGroup var engine: EngineFlags
    @OptionGroup var output: OutputFlags

    func run() async throws {
        try await engine.withClient { client in
            if isHealthOnly { return try output.write(HealthReport(status: try await client.health())) }
            if watch.isGiven { return try await Watch(client: client, output: output).run(StatusWatch()) }
            try output.write(
                StatusOverview(
                    apps: try await client.apps(), engine: try await client.engine(), hook: try await client.hook(),
                    deliveries: try await client.deliveries(limit: 1),
                    deployments: try await client.deployments(limit: DeploymentsInProgress<DeploymentSummary>.recent)))
        }
    }
}

/// The answer to a health check.
struct HealthReport: Report {
    let status: String

    func lines(in style: TextStyle) -> [String] { [status.printable] }
}

/// Whether to keep the output up to date.
struct WatchFlags: ParsableArguments {
    @Flag(
        name: .goStyle("watch"),
        help: "Keep updating: redraw on a terminal, otherwise print a line for each change.")
    var isGiven = false
}

/// The state of everything on one screen.
struct StatusOverview: Report {
    var apps: AppsReport
    var engine: EngineState
    let hook: HookState
    let lastDelivery: DeliverySummary?
    /// The running deployment; if there is none, the queued one.
    let currentDeployment: DeploymentSummary?
    /// Queued behind the running one.
    let queuedDeployment: DeploymentSummary?
    /// Queued behind that one, oldest first.
    let laterDeployments: [DeploymentSummary]
    let lastDeployment: DeploymentSummary?
    /// Newest first. Not part of the JSON.
    private let deployments: [DeploymentSummary]

    private enum CodingKeys: String, CodingKey {
        case apps, engine, hook, lastDelivery, currentDeployment, queuedDeployment, laterDeployments, lastDeployment
    }

    /// - Parameters:
    ///   - deliveries: Newest first.
    ///   - deployments: Newest first.
    init(
        apps: AppsReport, engine: EngineState, hook: HookState, deliveries: [DeliverySummary],
        deployments: [DeploymentSummary]
    ) {
        self.apps = apps
        self.engine = engine
        self.hook = hook
        lastDelivery = deliveries.first
        let progress = DeploymentsInProgress(among: deployments) { $0.stage }
        currentDeployment = progress.current
        queuedDeployment = progress.later.first
        laterDeployments = Array(progress.later.dropFirst())
        lastDeployment = deployments.first { $0.stage.isFinal }
        self.deployments = deployments
    }

    func lines(in style: TextStyle) -> [String] { fields(in: style).lines(in: style) }

    func fields(in style: TextStyle) -> FieldList {
        var fields = FieldList()
        fields.add("running", apps.summary(in: style, with: deployments), apps.tint(with: deployments), .lead)
        fields.add("apps", apps.problem, .bad)
        for deployment in [currentDeployment, queuedDeployment].compactMap(\.self) {
            let name = deployment.stage == .queued ? "queued" : "deploying"
            fields.add(name, sentence(deployment, in: style), .caution, .active)
        }
        // The newest is the head.
        if laterDeployments.count > 1 {
            fields.add("queued", "and \(laterDeployments.count - 1) more", .caution, .active)
        }
        if let newest = laterDeployments.last { fields.add("queued", sentence(newest, in: style), .caution, .active) }
        fields.add(lastDeployment?.trigger == .rollback ? "rollback" : "head", incomplete, .caution)
        fields.add("paused", engine.pause?.sentence(in: style), .caution)
        fields.add("on hold", engine.hold?.sentence(in: style), .caution)
        fields.add("blocked", engine.blocked, .caution)
        fields.add("skipped", engine.skipped)
        let age = style.showsAges ? "up \(up(style))" : "started \(engine.startedAt.rfc3339)"
        fields.add("observer", "\(engine.version), \(age)", .plain, .minor)
        fields.add("repository", "\(engine.owner)/\(engine.repository), branch \(engine.branch)", .plain, .minor)
        let authentication = engine.authentication
        fields.add(
            "authentication", authentication.rawValue, authentication.tint, authentication == .granted ? .minor : nil)
        fields.add("problem", engine.problem, .bad)
        fields.add("renamed", engine.renamedTo.map { "to \($0); set -owner and -repo to match" }, .caution)
        fields.add("decisions", engine.decisions.sentence, .caution)
        fields.add("public address", engine.publicURL, .plain, .minor)
        let left = style.showsAges ? engine.rateLimitRemaining.map { "\($0) requests left" } : nil
        add(engine.gitHub, left, to: &fields, in: style)
        if let target = engine.target { add(target, nil, to: &fields, in: style) }
        addHook(to: &fields, in: style)
        // Anyone can cause a rejected one.
        fields.add("last delivery", lastDelivery?.sentence(in: style), lastDelivery?.verdict.tint ?? .plain, .detail)
        if let lastDeployment {
            fields.add("last deployment", sentence(lastDeployment, in: style), lastDeployment.stage.tint)
        }
        return fields
    }

    /// On a terminal a long reason is cut: `-json` and the log of the deployment have all of it.
    private func sentence(_ deployment: DeploymentSummary, in style: TextStyle) -> String {
        deployment.sentence(in: style, reasonWidth: style.width == nil ? .max : 120)
    }

    private func up(_ style: TextStyle) -> String {
        Duration.seconds(max(0, style.now.timeIntervalSince(engine.startedAt))).brief
    }

    private func add(
        _ dependency: DependencyState, _ more: String?, to fields: inout FieldList, in style: TextStyle
    ) {
        let parts = [dependency.sentence(in: style), dependency.address, more].compactMap(\.self)
        fields.add(dependency.name.lowercased(), parts.joined(separator: ", "), dependency.condition.tint)
    }

    /// Why the newest commit does not run, or not alone; nil if it does, or other lines explain it.
    private var incomplete: String? {
        guard currentDeployment == nil, let last = lastDeployment, last.stage != .succeeded else { return nil }
        if last.leavesChanges {
            let end = last.stage == .failed ? "failed" : "was \(last.stage.rawValue)"
            return "deployment \(last.id) of \(last.commit.shortCommit) \(end), and its changes were not undone"
        }
        // One that never started is explained by what blocks the head.
        guard engine.heldAt == nil, last.stage == .failed, last.startedAt != nil, last.commit != apps.running?.id
        else { return nil }
        return "\(last.commit.shortCommit) is not running: its deployment failed"
    }

    private func addHook(to fields: inout FieldList, in style: TextStyle) {
        let id = hook.id.map { (hook.registration == .registered ? " as #" : "; #") + String($0) } ?? ""
        let url = hook.url.map { " at \($0)" } ?? ""
        fields.add("webhook", hook.registration.rawValue + id + url, hook.registration.tint)
        fields.add("drift", hook.drift.joined(separator: ", "), .caution)
        fields.add("webhook problem", hook.problem, .bad)
        fields.add("last ping", hook.lastPingAt.map { style.time($0) }, .plain, .minor)
    }
}

extension DeliverySummary {
    /// The delivery, its event and its verdict in one line.
    fileprivate func sentence(in style: TextStyle) -> String {
        // The verdict on a ping is `ping`.
        let words = event == verdict.rawValue ? event : "\(event) \(verdict.rawValue)"
        return "#\(id) \(words.trimmingCharacters(in: .whitespaces)), \(style.time(receivedAt))"
    }
}

extension PauseSummary {
    /// `by ann, 2h ago, changed by bob 5m ago: database migration; resumes in 1h 5m`
    fileprivate func sentence(in style: TextStyle) -> String {
        let change = changedAt.map { "changed \(changedBy.map { "by \($0) " } ?? "")\(style.time($0))" }
        let head = [by.map { "by \($0)" }, since.map { style.time($0) }, change].compactMap(\.self)
            .joined(separator: ", ")
        let why = [head, reason?.headline ?? ""].filter { !$0.isEmpty }.joined(separator: ": ")
        let end =
            until.map { "resumes " + (style.showsAges ? $0.countdown(from: style.now) : "at \($0.rfc3339)") }
            ?? "until 'observer resume'"
        return why.isEmpty ? end : "\(why); \(end)"
    }
}

extension HoldSummary {
    /// `at 220be73 (rollback by ann, deployment 12) for 2h, until the next push or 'observer resume'`
    fileprivate func sentence(in style: TextStyle) -> String {
        "at \(summary)\(since.map { style.period(since: $0) } ?? ""), \(until.words)"
    }
}

extension TextStyle {
    /// ` for 2h`, or ` since 2016-05-08T18:48:06Z`.
    fileprivate func period(since date: Date) -> String {
        guard showsAges else { return " since \(date.rfc3339)" }
        return " for \(DurationText(coarse: max(0, now.timeIntervalSince(date))).text)"
    }
}

extension EngineState.DecisionState {
    /// A warning about the place of the decisions; nil if it is right.
    fileprivate var sentence: String? {
        switch self {
        case .pending, .unavailable: "not read from the target yet; nothing is deployed until then"
        case .unsaved: "the latest is on this disk only; the target did not store it"
        case .saved, .local: nil
        }
    }
}

extension DependencyState {
    /// "unreachable for 42 s (connection refused), last response 1m ago"; without ages, only what changes the condition.
    fileprivate func sentence(in style: TextStyle) -> String {
        let age = since.map { style.period(since: $0) } ?? ""
        let why = reason.map { " (\($0))" } ?? ""
        let last = style.showsAges ? lastAnswerAt.map { ", last response \(style.time($0))" } ?? "" : ""
        return switch condition {
        case .unknown: "not contacted yet"
        case .reachable: "reachable" + last
        case .unreachable: "unreachable" + age + why + last
        case .refusing: (age.isEmpty ? "rejects the credentials" : "has rejected the credentials") + age + why
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
        case .unknown, .removing, .removed, .unreachable: .caution
        case .registered: .good
        case .failed: .bad
        }
    }
}
