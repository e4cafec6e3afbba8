import Foundation

/// The body of `GET /status`: the fields of the original, and what has come since.
package struct StatusReport: Encodable, Sendable {
    package struct DeliveryLine: Encodable, Sendable {
        let guid: String
        let event: String
        let verdict: Delivery.Verdict
        let reason: String?
        let receivedAt: Date
    }

    package struct DeploymentLine: Encodable, Sendable {
        let id: Int64
        let commit: CommitID
        let trigger: Deployment.Trigger
        let stage: Deployment.Stage
        let queuedAt: Date
        let finishedAt: Date?
        let outcome: String?
    }

    let owner: String
    let repo: String
    let branch: String
    let pubnode: String
    /// When a deployment last succeeded; the field is there before the first, too.
    let lastdeploy: Nullable<Date>
    let version: String
    let instance: String
    let startedAt: Date
    let authentication: EngineState.Authentication
    let problem: String?
    let publicURL: String?
    let marathonURL: String?
    let hook: HookState
    let lastDelivery: DeliveryLine?
    let currentDeployment: DeploymentLine?
    let lastDeployment: DeploymentLine?

    init(
        engine: EngineState, hook: HookState, lastDelivery: Delivery?, current: Deployment?, last: Deployment?,
        lastSucceeded: Deployment?
    ) {
        owner = engine.owner
        repo = engine.repository
        branch = engine.branch
        pubnode = engine.publicNode ?? ""
        lastdeploy = Nullable(value: lastSucceeded?.finishedAt)
        version = engine.version
        instance = engine.instance
        startedAt = engine.startedAt
        authentication = engine.authentication
        problem = engine.problem
        publicURL = engine.publicURL
        marathonURL = engine.marathonURL
        self.hook = hook
        self.lastDelivery = lastDelivery.map {
            DeliveryLine(
                guid: $0.key.guid, event: $0.event, verdict: $0.verdict, reason: $0.reason, receivedAt: $0.receivedAt)
        }
        currentDeployment = current.map(DeploymentLine.init)
        lastDeployment = last.map(DeploymentLine.init)
    }
}

extension StatusReport {
    /// Is written as null where there is no value, not left out.
    package struct Nullable<Value: Encodable & Sendable>: Encodable, Sendable {
        let value: Value?

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(value)
        }
    }
}

extension StatusReport.DeploymentLine {
    init(_ deployment: Deployment) {
        self.init(
            id: deployment.id, commit: deployment.commit, trigger: deployment.request.trigger, stage: deployment.stage,
            queuedAt: deployment.queuedAt, finishedAt: deployment.finishedAt, outcome: deployment.outcome)
    }
}
