import Foundation
import HTTPTypes
package import Hummingbird

/// The state for people and for other programs: `/status`, `/healthz` and `/metrics`.
package struct StatusRoutes: Sendable {
    /// Who can open the routes.
    package enum Audience: Sendable {
        /// Only the owner of the observer.
        case owner
        /// Anyone; the gate knows the operators. Without a gate there are no metrics.
        case anyone(AccessGate?)
    }

    private struct Health: Encodable {
        let status: String
    }

    private let branch: WatchedBranch
    private let status: BranchStatus
    private let store: Store
    private let metrics: Metrics
    private let rateLimit: RateLimit

    package init(
        branch: WatchedBranch, status: BranchStatus, store: Store, metrics: Metrics, rateLimit: RateLimit
    ) {
        self.branch = branch
        self.status = status
        self.store = store
        self.metrics = metrics
        self.rateLimit = rateLimit
    }

    package func add(to router: Router<ObserverRequestContext>, for audience: Audience) {
        router.get("/status") { request, context in
            switch audience {
            case .owner: return try await answer(report)
            case .anyone(let gate):
                guard let gate, request.headers[.authorization] != nil else { return try await answer(publicStatus) }
                return try await gate.handle(request, context: context) { _, _ in try await answer(report) }
            }
        }
        router.get("/healthz") { _, _ in try await health() }
        switch audience {
        case .owner: addMetrics(to: router)
        case .anyone(let gate):
            guard let gate else { return }
            router.get("/metrics") { request, context in
                try await gate.handle(request, context: context) { _, _ in await metricsPage() }
            }
        }
    }

    /// Adds only the metrics, for anyone.
    package func addMetrics(to router: Router<ObserverRequestContext>) {
        router.get("/metrics") { _, _ in await metricsPage() }
    }

    private func metricsPage() async -> Response {
        // The rest is there even if the disk is not.
        let queued = try? await store.queued(of: branch)
        let text = metrics.text(
            hook: status.hook, rateLimit: rateLimit.remaining, engine: status.engine,
            waits: queued?.compactMap(\.wait?.rule))
        return .text(text, contentType: "text/plain; version=0.0.4; charset=utf-8")
    }

    private func answer(_ status: () async throws -> some Encodable) async throws -> Response {
        do {
            return try await .json(status())
        } catch let error as Store.Failed {
            return try .json(ErrorBody(error: "the store is not working: \(error)"), status: 503)
        }
    }

    private func publicStatus() async throws -> PublicStatus {
        PublicStatus(engine: status.engine, hook: status.hook, lastSucceeded: try await store.lastSucceeded(of: branch))
    }

    private func report() async throws -> StatusReport {
        let deployments = try await store.deployments(of: branch, limit: DeploymentsInProgress<Deployment>.recent)
        let progress = DeploymentsInProgress(among: deployments) { $0.stage }
        return StatusReport(
            engine: status.engine, hook: status.hook,
            lastDelivery: try await store.deliveries(limit: 1).first,
            current: progress.current,
            queued: progress.later.first,
            last: deployments.first { $0.stage.isFinal },
            lastSucceeded: try await store.lastSucceeded(of: branch))
    }

    /// Healthy means that the store works; the state of GitHub or Marathon does not count.
    private func health() async throws -> Response {
        do {
            try await store.check()
            return try .json(Health(status: "ok"))
        } catch {
            return try .json(ErrorBody(error: "the store is not working: \(error)"), status: 503)
        }
    }
}

/// The body of `GET /status` for anyone: the fields of 2016, and whether the observer is healthy.
package struct PublicStatus: Encodable, Sendable {
    let owner: String
    let repo: String
    let branch: String
    let pubnode: String
    /// When a deployment last succeeded; null before the first.
    let lastdeploy: StatusReport.Nullable<Date>
    /// Whether GitHub accepts the token and no problem is known, not even of GitHub or the target.
    let healthy: Bool

    init(engine: EngineState, hook: HookState, lastSucceeded: Deployment?) {
        owner = engine.owner
        repo = engine.repository
        branch = engine.branch
        pubnode = engine.publicNode ?? ""
        lastdeploy = .init(value: lastSucceeded?.finishedAt)
        let problems = [engine.problem, hook.problem, engine.gitHub.trouble, engine.target?.trouble]
        healthy = engine.authentication == .granted && problems.allSatisfy { $0 == nil }
    }
}

/// The body of `GET /status` for operators: that of everyone first, then more.
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
        /// While it is queued: which rule keeps it from starting.
        let wait: DeploymentWait?
    }

    let owner: String
    let repo: String
    let branch: String
    let pubnode: String
    let lastdeploy: Nullable<Date>
    let healthy: Bool
    let version: String
    let instance: String
    let startedAt: Date
    let authentication: EngineState.Authentication
    let problem: String?
    let publicURL: String?
    let marathonURL: String?
    let hook: HookState
    let lastDelivery: DeliveryLine?
    /// The running deployment; if there is none, the queued one.
    let currentDeployment: DeploymentLine?
    /// Queued behind that one.
    let queuedDeployment: DeploymentLine?
    let lastDeployment: DeploymentLine?

    init(
        engine: EngineState, hook: HookState, lastDelivery: Delivery?, current: Deployment?, queued: Deployment?,
        last: Deployment?, lastSucceeded: Deployment?
    ) {
        let common = PublicStatus(engine: engine, hook: hook, lastSucceeded: lastSucceeded)
        (owner, repo, branch, pubnode) = (common.owner, common.repo, common.branch, common.pubnode)
        (lastdeploy, healthy) = (common.lastdeploy, common.healthy)
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
        queuedDeployment = queued.map(DeploymentLine.init)
        lastDeployment = last.map(DeploymentLine.init)
    }
}

extension StatusReport {
    /// Encodes a missing value as null instead of omitting the field.
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
            queuedAt: deployment.queuedAt, finishedAt: deployment.finishedAt, outcome: deployment.outcome,
            wait: deployment.wait)
    }
}
