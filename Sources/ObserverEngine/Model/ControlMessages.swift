package import struct Foundation.Date

/// The starting point of a client: the state and the newest rows, newest first.
package struct ControlSnapshot: Codable, Sendable, Equatable {
    package var engine: EngineState
    package var hook: HookState
    package var deliveries: [DeliverySummary]
    package var deployments: [DeploymentSummary]
    /// The engine's recent log, oldest first.
    package var log: [LogLine]
    package var deliveryCount: Int
    package var deploymentCount: Int
    package var apps: AppsReport?

    package init(
        engine: EngineState, hook: HookState, deliveries: [DeliverySummary] = [],
        deployments: [DeploymentSummary] = [], log: [LogLine] = [], deliveryCount: Int = 0, deploymentCount: Int = 0
    ) {
        self.engine = engine
        self.hook = hook
        self.deliveries = deliveries
        self.deployments = deployments
        self.log = log
        self.deliveryCount = deliveryCount
        self.deploymentCount = deploymentCount
    }
}

/// An event of the control API's stream: first a snapshot, then changes.
package enum ControlEvent: Codable, Sendable, Equatable {
    case snapshot(ControlSnapshot)
    case engine(EngineState)
    case hook(HookState)
    /// The apps that the target runs now.
    case apps(AppsReport)
    /// A new or changed delivery.
    case delivery(DeliverySummary)
    /// A new or changed deployment.
    case deployment(DeploymentSummary)
    case log(LogLine)
    /// A new or changed entry of the audit log.
    case audit(AuditEntry)
}

/// In JSON an event is an object with one member, named after the case.
extension ControlEvent {
    private enum CodingKeys: CodingKey {
        case snapshot, engine, hook, apps, delivery, deployment, log, audit
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        guard let key = container.allKeys.first else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: container.codingPath, debugDescription: "an event of an unknown kind"))
        }
        self =
            switch key {
            case .snapshot: .snapshot(try container.decode(ControlSnapshot.self, forKey: key))
            case .engine: .engine(try container.decode(EngineState.self, forKey: key))
            case .hook: .hook(try container.decode(HookState.self, forKey: key))
            case .apps: .apps(try container.decode(AppsReport.self, forKey: key))
            case .delivery: .delivery(try container.decode(DeliverySummary.self, forKey: key))
            case .deployment: .deployment(try container.decode(DeploymentSummary.self, forKey: key))
            case .log: .log(try container.decode(LogLine.self, forKey: key))
            case .audit: .audit(try container.decode(AuditEntry.self, forKey: key))
            }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .snapshot(let snapshot): try container.encode(snapshot, forKey: .snapshot)
        case .engine(let engine): try container.encode(engine, forKey: .engine)
        case .hook(let hook): try container.encode(hook, forKey: .hook)
        case .apps(let report): try container.encode(report, forKey: .apps)
        case .delivery(let delivery): try container.encode(delivery, forKey: .delivery)
        case .deployment(let deployment): try container.encode(deployment, forKey: .deployment)
        case .log(let line): try container.encode(line, forKey: .log)
        case .audit(let entry): try container.encode(entry, forKey: .audit)
        }
    }
}

/// An action of an operator. Destructive ones carry the revision that the operator saw.
package enum ControlAction: Codable, Sendable, Equatable {
    case register
    case removeHook(id: Int)
    case ping
    /// A commit is an id, the beginning of one, a branch, a tag or `head`; without one, the head of the branch. `force`
    /// applies unchanged apps too. `override` is the reason to deploy now although rules forbid it. `seenHead` is the ID of
    /// the head whose plan the operator saw.
    case deploy(commit: String?, force: Bool, override: String? = nil, seenHead: String? = nil)
    /// Deploys the commit of an earlier succeeded deployment and holds the branch there, until the next push by default.
    case rollback(deployment: Int64, seenCurrent: Int64?, until: HoldSummary.End? = nil, reason: String? = nil)
    case replay(delivery: Int64)
    /// Without `until`, only an operator resumes.
    case pause(reason: String? = nil, until: Date? = nil)
    /// Ends what the operator saw; without `ending`, a pause, or a hold if there is no pause.
    case resume(ending: Standstill? = nil)
    case cancel(deployment: Int64)
    /// Continues with another repository that has the watched name now.
    case acceptRepository(id: Int64)
    /// Approves the plan that the operator saw.
    case approve(deployment: Int64, plan: String)
    case reject(deployment: Int64, reason: String? = nil)
}

extension ControlAction {
    /// Whether it changes what has to outlive the disk.
    var isDecision: Bool {
        switch self {
        case .register, .removeHook, .rollback, .pause, .resume: true
        case .deploy(let commit, _, _, _): commit != nil
        case .ping, .replay, .cancel, .acceptRepository, .approve, .reject: false
        }
    }
}

/// A decision of an operator that keeps pushes from being deployed.
package enum Standstill: String, Codable, Sendable {
    case pause, hold
}

/// The response to an action.
package struct ActionAnswer: Codable, Sendable, Equatable {
    /// A sentence for the operator.
    package let result: String
    /// The deployment that was queued or cancelled; nil for an action without one.
    package let deployment: Int64?

    package init(_ result: String, deployment: Int64? = nil) {
        self.result = result
        self.deployment = deployment
    }
}

/// A page of a list of the control API.
package enum ControlPage {
    /// The most rows of one page.
    package static let limit = 500
}
