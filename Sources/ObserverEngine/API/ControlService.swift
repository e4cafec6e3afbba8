import Foundation

/// Reports what the observer knows, and carries out the actions of the control API. Every action goes through it, whether a
/// key, a command or a request asks.
package struct ControlService: Sendable {
    private let store: Store
    private let status: BranchStatus
    private let rejected: RejectedDeliveries
    private let recentLog: RecentLog
    private let webhook: WebhookService
    private let actions: BranchActions
    private let trail: AuditTrail

    init(
        store: Store, status: BranchStatus, rejected: RejectedDeliveries, recentLog: RecentLog, webhook: WebhookService,
        actions: BranchActions, trail: AuditTrail
    ) {
        self.store = store
        self.status = status
        self.rejected = rejected
        self.recentLog = recentLog
        self.webhook = webhook
        self.actions = actions
        self.trail = trail
    }

    private var branch: WatchedBranch { status.branch }

    // MARK: - State

    var engine: EngineState { status.engine }
    var hook: HookState { status.hook }
    var log: [LogLine] { recentLog.lines.suffix(RecentLog.capacity) }

    func snapshot() async throws -> ControlSnapshot {
        let expected = try await expectedSeconds()
        return ControlSnapshot(
            engine: status.engine, hook: status.hook,
            deliveries: try await deliveries(before: nil, verdict: nil, limit: 200),
            deployments: try await store.deployments(of: branch, limit: 100)
                .map { DeploymentSummary($0, expectedSeconds: expected) },
            log: log,
            deliveryCount: try await store.deliveryCount(),
            deploymentCount: try await store.deploymentCount(of: branch))
    }

    /// Newest first. The first page includes rejected deliveries in addition to its limit, so that the last row of a page
    /// is always a stored one, where the next page can continue.
    func deliveries(before id: Int64?, verdict: Delivery.Verdict?, limit: Int) async throws -> [DeliverySummary] {
        let stored = try await store.deliveries(before: id, verdict: verdict, limit: min(limit, ControlPage.limit))
            .map { DeliverySummary($0) }
        guard id == nil, verdict == nil || verdict == .rejected else { return stored }
        let oldest = stored.count < limit ? Date.distantPast : stored.last?.receivedAt ?? .distantPast
        let refused = rejected.all.filter { $0.at >= oldest }.suffix(limit).map { DeliverySummary($0) }
        return (stored + refused).sorted { $0.receivedAt > $1.receivedAt }
    }

    func delivery(_ id: Int64) async throws -> DeliveryDetail {
        if let entry = rejected.all.first(where: { $0.id == id }) {
            return DeliveryDetail(summary: DeliverySummary(entry), headers: [], body: "")
        }
        guard let delivery = try await store.delivery(id) else { throw ControlError.unknown("delivery", id) }
        return DeliveryDetail(
            summary: DeliverySummary(delivery), headers: delivery.headers,
            body: String(decoding: delivery.body, as: UTF8.self))
    }

    func deployments(before id: Int64?, limit: Int) async throws -> [DeploymentSummary] {
        let expected = try await expectedSeconds()
        return try await store.deployments(
            of: branch, before: id, limit: min(limit, ControlPage.limit)
        ).map { DeploymentSummary($0, expectedSeconds: expected) }
    }

    func deployment(_ id: Int64, for caller: Operator) async throws -> DeploymentDetail {
        let deployment = try await store.known(id)
        var detail = DeploymentDetail(
            deployment, expectedSeconds: try await expectedSeconds(), actions: try await trail.entries(about: id))
        if let plan = detail.summary.plan {
            detail.approvalRefusal = caller.refusal(of: .approve(deployment: id, plan: plan))
            if detail.approvalRefusal == nil {
                detail.approvalRefusal = try await actions.approvalRefusal(of: deployment, to: caller)
            }
        }
        return detail
    }

    func log(of deployment: Int64, after sequence: Int64) async throws -> [LogLine] {
        _ = try await store.known(deployment)
        return try await store.log(of: deployment, after: sequence)
    }

    /// The actions of operators, newest first.
    func audit(before id: Int64?, limit: Int) async throws -> [AuditEntry] {
        try await trail.entries(before: id, limit: min(limit, ControlPage.limit))
    }

    private func expectedSeconds() async throws -> Double? {
        try await store.expectedSeconds(of: branch)
    }

    // MARK: - Actions

    /// - Throws: `ControlError`
    func perform(_ action: ControlAction, by caller: Operator) async throws -> ActionAnswer {
        try await trail.performIfPermitted(action, by: caller) { try await complete(action, by: caller) }
    }

    private func complete(_ action: ControlAction, by caller: Operator) async throws -> ActionAnswer {
        let answer = try await carryOut(action, by: caller)
        guard action.isDecision, await !actions.areDecisionsSaved else { return answer }
        return ActionAnswer(
            "\(answer.result) This decision is on this disk only until the target stores it; see the log.",
            deployment: answer.deployment)
    }

    private func carryOut(_ action: ControlAction, by caller: Operator) async throws -> ActionAnswer {
        do {
            switch action {
            case .register: return ActionAnswer(try await webhook.register())
            case .removeHook(let id): return ActionAnswer(try await webhook.remove(id))
            case .ping: return ActionAnswer(try await webhook.ping())
            case .deploy(let commit, let force, let override, let seen):
                return try await actions.deploy(
                    commit, isForced: force, override: override, seenHead: seen, by: caller)
            case .rollback(let id, let seen, let end, let reason):
                return try await actions.rollBack(
                    to: store.known(id), seenCurrent: seen, until: end, reason: reason, by: caller)
            case .replay(let id): return try await replay(id, by: caller)
            case .pause(let reason, let end):
                return ActionAnswer(try await actions.pause(reason: reason, until: end, by: caller))
            case .resume(let standstill): return ActionAnswer(try await actions.resume(standstill, by: caller))
            case .cancel(let id): return try await actions.cancel(store.known(id), by: caller)
            case .acceptRepository(let id):
                let answer = ActionAnswer(try await actions.acceptRepository(id, by: caller))
                webhook.noteAcceptedRepository()
                return answer
            case .approve(let id, let plan): return try await actions.approve(store.known(id), plan: plan, by: caller)
            case .reject(let id, let reason):
                return try await actions.reject(store.known(id), reason: reason, by: caller)
            }
        } catch let refused as ActionRejected {
            throw refused.isConflict ? ControlError.conflict(refused.description) : .impossible(refused.description)
        } catch let error as GitHubError {
            throw ControlError.impossible(error.description)
        }
    }

    private func replay(_ id: Int64, by caller: Operator) async throws -> ActionAnswer {
        if rejected.all.contains(where: { $0.id == id }) {
            throw ControlError.impossible(
                "Delivery \(id) was rejected. Rejected deliveries are not stored and can't be replayed.")
        }
        return try await actions.replay(id, by: caller)
    }
}
