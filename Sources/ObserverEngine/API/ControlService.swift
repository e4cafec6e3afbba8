import Foundation

/// The views and actions of the control API: the only entry for every key of the dashboard and every command.
package struct ControlService: Sendable {
    /// How long an operator waits for a deployment to end after it was cancelled.
    private static let cancelTimeout = Duration.seconds(10)

    private let store: Store
    private let status: BranchStatus
    private let rejected: RejectedDeliveries
    private let recentLog: RecentLog
    private let webhook: WebhookService
    private let gitHub: GitHubClient
    private let decisions: DecisionKeeper

    init(
        store: Store, status: BranchStatus, rejected: RejectedDeliveries,
        recentLog: RecentLog, webhook: WebhookService, gitHub: GitHubClient, decisions: DecisionKeeper
    ) {
        self.store = store
        self.status = status
        self.rejected = rejected
        self.recentLog = recentLog
        self.webhook = webhook
        self.gitHub = gitHub
        self.decisions = decisions
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

    func deployment(_ id: Int64) async throws -> DeploymentDetail {
        DeploymentDetail(try await known(id), expectedSeconds: try await expectedSeconds())
    }

    func log(of deployment: Int64, after sequence: Int64) async throws -> [LogLine] {
        _ = try await known(deployment)
        return try await store.log(of: deployment, after: sequence)
    }

    private func expectedSeconds() async throws -> Double? {
        try await store.expectedSeconds(of: branch)
    }

    private func known(_ id: Int64) async throws -> Deployment {
        guard let deployment = try await store.deployment(id) else { throw ControlError.unknown("deployment", id) }
        return deployment
    }

    // MARK: - Actions

    /// - Throws: `ControlError`
    func perform(_ action: ControlAction) async throws -> ActionAnswer {
        let answer = try await carryOut(action)
        guard action.isDecision, await !decisions.isSaved() else { return answer }
        return ActionAnswer(
            "\(answer.result) This decision is on this disk only until Marathon stores it; see the log.",
            deployment: answer.deployment)
    }

    private func carryOut(_ action: ControlAction) async throws -> ActionAnswer {
        do {
            switch action {
            case .register: return ActionAnswer(try await webhook.register())
            case .removeHook(let id): return ActionAnswer(try await webhook.remove(id))
            case .ping: return ActionAnswer(try await webhook.ping())
            case .deploy(let commit, let force): return try await deploy(commit, isForced: force)
            case .rollback(let id, let seen): return try await rollBack(to: id, seenCurrent: seen)
            case .replay(let id): return try await replay(id)
            case .pause: return try await setPaused(true)
            case .resume: return try await setPaused(false)
            case .cancel(let id): return try await cancel(id)
            }
        } catch let refused as ActionRejected {
            throw refused.isConflict ? ControlError.conflict(refused.description) : .impossible(refused.description)
        } catch let error as GitHubError {
            throw ControlError.impossible(error.description)
        }
    }

    /// Deploys the head, which ends a hold; or another commit, and holds the branch there, because the next poll of the
    /// head would undo it otherwise.
    private func deploy(_ text: String?, isForced: Bool) async throws -> ActionAnswer {
        let wanted = try text.map { text in
            guard let commit = CommitID(text) else {
                throw ControlError.impossible("'\(text.printable)' is not a full commit id (40 hexadecimal digits).")
            }
            return commit
        }
        let head = try await gitHub.branch(branch.name).commit
        var request = DeploymentRequest(
            branch: branch, commit: head.info, trigger: .operator, isForced: isForced)
        if let wanted, wanted != head.sha {
            request.commit = CommitInfo(wanted)
            let queued = try await store.rollBack(request, from: head.sha, seenNewest: nil)
            return ActionAnswer(
                "Deployment \(queued.id) of \(wanted.short) queued. "
                    + "Automatic deployments are on hold until the next push.",
                deployment: queued.id)
        }
        let queued = try await store.enqueue(request)
        if status.engine.heldAt != nil || !decisions.isKnown {
            try await store.changeBranchState(of: branch) { $0.decisions.decide(hold: nil, at: Date()) }
        }
        return ActionAnswer("Deployment \(queued.id) of \(queued.commit.short) queued.", deployment: queued.id)
    }

    /// Deploys an earlier succeeded commit and holds the branch there.
    private func rollBack(to id: Int64, seenCurrent: Int64?) async throws -> ActionAnswer {
        let target = try await known(id)
        guard target.stage == .succeeded else {
            throw ControlError.impossible(
                "Deployment \(id) did not succeed; only successful deployments can be rolled back to.")
        }
        var request = target.request
        request.branch = branch
        (request.trigger, request.isForced, request.delivery) = (.rollback, false, nil)
        do {
            let queued = try await store.rollBack(request, seenNewest: seenCurrent)
            return ActionAnswer(
                "Rolling back to \(target.commit.short) (deployment \(queued.id)). "
                    + "Automatic deployments are on hold until the next push.",
                deployment: queued.id)
        } catch let moved as Store.Conflict {
            throw ControlError.conflict(
                "Deployment \(moved.newest.id) (\(moved.newest.commit.short)) was created in the meantime; "
                    + "refresh and try again.")
        }
    }

    /// Queues the commit of a stored delivery again.
    private func replay(_ id: Int64) async throws -> ActionAnswer {
        if rejected.all.contains(where: { $0.id == id }) {
            throw ControlError.impossible(
                "Delivery \(id) was rejected. Rejected deliveries are not stored and can't be replayed.")
        }
        guard let delivery = try await store.delivery(id) else { throw ControlError.unknown("delivery", id) }
        guard delivery.event == "push", let commit = delivery.push?.commit, delivery.branch == branch.name,
            delivery.repository.isSame(as: branch.repository)
        else {
            throw ControlError.impossible(
                delivery.reason.map { "Delivery \(id) deploys nothing: \($0)." }
                    ?? "Delivery \(id) is not a push to \(branch.name); nothing to replay.")
        }
        let queued = try await store.enqueue(
            DeploymentRequest(
                branch: branch, commit: commit, trigger: .delivery, delivery: id))
        return ActionAnswer("Deployment \(queued.id) of \(commit.id.short) queued.", deployment: queued.id)
    }

    private func setPaused(_ isPaused: Bool) async throws -> ActionAnswer {
        try await store.changeBranchState(of: branch) { state in
            state.decisions.decide(paused: isPaused, at: Date())
            if !isPaused { state.decisions.decide(hold: nil, at: Date()) }
        }
        return ActionAnswer(
            isPaused
                ? "Paused. Deliveries are still accepted; deployments are queued."
                : "Resumed. Queued deployments will start.")
    }

    private func cancel(_ id: Int64) async throws -> ActionAnswer {
        let deployment = try await known(id)
        guard !deployment.stage.isFinal else {
            throw ControlError.conflict("Deployment \(id) has already finished: \(deployment.stage.rawValue).")
        }
        let changes = store.feed.signals { change in
            if case .deployment(let changed) = change { changed.id == id && changed.stage.isFinal } else { false }
        }
        try await store.cancelQueued(id)
        // Even if it was queued a moment ago: the deployer may have just started it.
        store.feed.post([.cancellation(deployment: id)])
        return try await end(ofCancelled: id, changes)
    }

    /// - Throws: `ControlError.conflict` if it ended otherwise in the same moment.
    private func end(ofCancelled id: Int64, _ changes: AsyncStream<Void>) async throws -> ActionAnswer {
        do {
            try await withTimeout(Self.cancelTimeout) {
                if try await known(id).stage.isFinal { return }
                for await _ in changes { return }
                throw CancellationError()
            }
        } catch is TimedOut {
            return ActionAnswer(
                "Deployment \(id) is being cancelled. Changes already applied are not undone.", deployment: id)
        }
        let ended = try await known(id)
        guard ended.stage == .cancelled else {
            throw ControlError.conflict("Deployment \(id) ended before it could be cancelled: \(ended.stage.rawValue).")
        }
        return ActionAnswer("Deployment \(id) cancelled. Changes already applied are not undone.", deployment: id)
    }
}
