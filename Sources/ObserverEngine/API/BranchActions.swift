import Foundation
package import Logging

/// The actions of an operator on the branch and its deployments. Each records who performs it, and returns what it did, as a
/// sentence.
package struct BranchActions: Sendable {
    private let store: Store
    private let status: BranchStatus
    private let gitHub: OnGitHub
    private let decisions: DecisionKeeper
    private let policy: DeploymentPolicy
    private let logger: Logger

    private var branch: WatchedBranch { status.branch }

    /// The branch as GitHub reports it.
    package struct OnGitHub: Sendable {
        fileprivate let commits: CommitResolver
        fileprivate let head: HeadReconciler
        fileprivate let identity: RepositoryIdentity

        package init(commits: CommitResolver, head: HeadReconciler, identity: RepositoryIdentity) {
            self.commits = commits
            self.head = head
            self.identity = identity
        }
    }

    package init(
        store: Store, status: BranchStatus, gitHub: OnGitHub, decisions: DecisionKeeper, policy: DeploymentPolicy,
        logger: Logger
    ) {
        self.store = store
        self.status = status
        self.gitHub = gitHub
        self.decisions = decisions
        self.policy = policy
        self.logger = logger
    }

    /// Whether the target has stored the decisions that were made here.
    var areDecisionsSaved: Bool {
        get async { await decisions.isSaved() }
    }

    /// Deploys the head, which ends a hold; or another commit, and holds the branch there, because the next poll of the
    /// head would undo it otherwise.
    /// - Throws: `ControlError`, `GitHubError`, store errors.
    /// - Parameters:
    ///   - override: The reason to deploy now although rules forbid it.
    ///   - seenHead: The head whose plan the operator saw; another head is not deployed.
    func deploy(
        _ text: String?, isForced: Bool, override: String? = nil, seenHead: String? = nil, by caller: Operator
    ) async throws -> ActionAnswer {
        let override = try override.map(clean(reason:))
        if let seenHead, CommitID(seenHead)?.description != seenHead {
            throw ControlError.malformed("deploy.seenHead must be a whole commit ID in lower case.")
        }
        for _ in 0..<Self.attempts {
            // Read first: GitHub's answer may be older than a push that is queued meanwhile.
            let newest = try await store.newestID(of: branch)
            let found = try await gitHub.commits.wanted(text)
            if let seenHead, found.isHead, found.commit.id.description != seenHead {
                throw ControlError.conflict(
                    "The head of \(branch.name.printable) moved to \(found.commit.id.short); nothing was deployed.")
            }
            var request = DeploymentRequest(
                branch: branch, commit: found.commit, trigger: .operator, isForced: isForced, requestedBy: caller.label)
            request.override = override
            guard found.isHead else {
                let queued = try await store.hold(
                    request, because: .deploy, reason: override, by: caller.label, head: found.head)
                await log(override: override, of: queued)
                return ActionAnswer(
                    "\(try await sentence(on: queued)) \(try await sentenceOnHold())", deployment: queued.id)
            }
            guard
                let (queued, hold) = try await store.enqueueHead(
                    request, askedAfter: newest, evenIfUnknown: !status.engine.decisions.isKnown)
            else { continue }
            await log(override: override, of: queued)
            let end = hold.map { " This ended the hold at \($0.summary)." } ?? Self.storedHold(status)
            return ActionAnswer(try await sentence(on: queued) + end, deployment: queued.id)
        }
        throw ControlError.conflict(
            "Other deployments were queued while GitHub was asked for the head of \(branch.name). Try again.")
    }

    /// How often GitHub is asked again for the head because a deployment was queued while it answered.
    private static let attempts = 3

    private static func storedHold(_ status: BranchStatus) -> String {
        status.engine.decisions.isKnown ? "" : " This ends any hold that the target has stored, too."
    }

    private func log(override: String?, of queued: Deployment) async {
        guard let override else { return }
        let text = "\(queued.request.requestedBy ?? "an operator") set the rules aside: \"\(override.unbroken)\""
        await log(of: queued).write("override", text, level: .warning)
    }

    /// A deployment was queued, and whether a rule keeps it from starting now.
    private func sentence(on queued: Deployment) async throws -> String {
        let state = try await store.branchState(of: branch)
        let sentence = "Deployment \(queued.id) of \(queued.commit.short) queued"
        guard case .wait(let wait)? = policy.decide(on: queued, state, at: Date()) else { return "\(sentence)." }
        return "\(sentence). It waits: \(wait.sentence)".asSentence
    }

    /// Names the end of the hold, which may come before its deployment has started.
    private func sentenceOnHold() async throws -> String {
        let state = try await store.branchState(of: branch)
        if state.hold?.until == .resume {
            return "Automatic deployments are on hold until 'observer resume'; pushes stay queued."
        }
        let sentence = "Automatic deployments are on hold until the next push; 'observer resume' ends the hold."
        let recent = try await store.deployments(of: branch, limit: DeploymentsInProgress<Deployment>.recent)
        guard state.isPaused || recent.contains(where: \.isRunning) else { return sentence }
        return "\(sentence) A push that arrives before the deployment starts replaces it."
    }

    /// An operator's reason without secrets and surrounding blanks; it may have several lines.
    private func clean(reason text: String) throws -> String {
        let reason = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !reason.isEmpty else { throw ControlError.malformed("The reason is empty.") }
        guard reason.utf8.count <= TextLimit.reason else {
            throw ControlError.malformed(
                "The reason has \(reason.utf8.count) bytes; it may have at most \(TextLimit.reason).")
        }
        return store.redactor.redact(typed: reason)
    }

    /// Deploys an earlier succeeded commit and holds the branch there.
    /// - Parameter end: What ends the hold; nil for the end of the present hold, or the next push.
    func rollBack(
        to target: Deployment, seenCurrent: Int64?, until end: HoldSummary.End?, reason: String?, by caller: Operator
    ) async throws -> ActionAnswer {
        let reason = try reason.map(clean(reason:))
        guard target.stage == .succeeded else {
            throw ControlError.impossible(
                "Deployment \(target.id) did not succeed; only successful deployments can be rolled back to.")
        }
        var request = DeploymentRequest(
            branch: branch, commit: target.request.commit, trigger: .rollback, requestedBy: caller.label)
        request.reason = reason
        do {
            let queued = try await store.hold(
                request, because: .rollback, until: end, reason: reason, by: caller.label,
                seenNewest: seenCurrent)
            await log(of: queued).write(
                "rollback", "requested by \(caller.label)\(reason.map { ": \($0.unbroken)" } ?? "")", level: .warning)
            let isPaused = try await store.branchState(of: branch).isPaused
            let start =
                isPaused
                ? "Rollback to \(target.commit.short) queued (deployment \(queued.id)); it starts when the pause ends."
                : "Rolling back to \(target.commit.short) (deployment \(queued.id))."
            return ActionAnswer("\(start) \(try await sentenceOnHold())", deployment: queued.id)
        } catch let moved as Store.Conflict {
            throw ControlError.conflict(
                "Deployment \(moved.newest.id) (\(moved.newest.commit.short)) was created in the meantime. "
                    + "Check it and try again.")
        }
    }

    /// Queues the commit of a stored delivery again.
    func replay(_ id: Int64, by caller: Operator) async throws -> ActionAnswer {
        guard let delivery = try await store.delivery(id) else { throw ControlError.unknown("delivery", id) }
        guard delivery.event == "push", let commit = delivery.push?.commit, delivery.branch == branch.name,
            delivery.repository == branch.repository
        else {
            throw ControlError.impossible(
                delivery.reason.map { "Delivery \(id) deploys nothing: \($0)." }
                    ?? "Delivery \(id) is not a push to \(branch.name); nothing to replay.")
        }
        let queued = try await store.enqueue(
            DeploymentRequest(
                branch: branch, commit: commit, trigger: .delivery, delivery: id, requestedBy: caller.label))
        return ActionAnswer(try await sentence(on: queued), deployment: queued.id)
    }

    /// The longest pause with an end, in seconds: a year.
    private static let longestPause: TimeInterval = 366 * 86_400

    /// - Parameter end: When the pause ends by itself; nil if only an operator ends it.
    func pause(reason: String?, until end: Date?, by caller: Operator) async throws -> String {
        let text = try reason.map(clean(reason:))
        let now = Date()
        if let end, end <= now {
            throw ControlError.impossible("The end of the pause, \(end.rfc3339), is in the past.")
        }
        if let end, end.timeIntervalSince(now) > Self.longestPause {
            throw ControlError.impossible("The end of the pause, \(end.rfc3339), is more than a year ahead.")
        }
        let wasPaused = try await store.branchState(of: branch).isPaused
        let pause = Pause(reason: text, by: caller.label, until: end)
        try await store.changeBranchState(of: branch) { $0.decisions.decide(pause: pause, at: now) }
        let fate = end.map { "until \($0.rfc3339) or 'observer resume'" } ?? "until 'observer resume'"
        return (wasPaused ? "Pause changed: deliveries" : "Paused. Deliveries")
            + " are still accepted; deployments are queued \(fate)."
    }

    /// Ends a pause, or a hold if there is no pause. The head that a hold kept back is deployed.
    /// - Parameter wanted: What the operator saw and wants to end; nil for whichever there is.
    /// - Throws: `ControlError.conflict` if there is neither, but the target may have stored one; or if that one has ended
    ///   already and the other is left, which the operator did not mean to end.
    func resume(_ wanted: Standstill?, by caller: Operator) async throws -> String {
        let (before, ended) = try await store.resume(branch, ending: wanted)
        let hold = before.hold?.summary
        switch ended {
        case .pause:
            let rest = hold.map { " The branch stays on hold at \($0); 'observer resume' ends that, too." }
            let stored =
                status.engine.decisions.isKnown ? "" : " An earlier pause that the target may have stored ends, too."
            return "Pause ended; queued deployments start as soon as the other rules allow it.\(stored)\(rest ?? "")"
        case .hold:
            return "Hold at \(hold ?? "an earlier commit") ended. \(await followHead(by: caller))"
        case nil:
            if wanted == .hold, before.isPaused {
                throw ControlError.conflict(
                    "The hold has ended already. Deployments are paused; resume again to end that.")
            }
            if let hold {
                throw ControlError.conflict(
                    "The pause has ended already. The branch is on hold at \(hold); resume again to end that.")
            }
            guard status.engine.decisions.isKnown else {
                throw ControlError.conflict(
                    "It is not known yet whether deployments are paused or on hold: the target, which has stored that, "
                        + "has not been read. Try again once it responds.")
            }
            return "Nothing to resume: deployments are neither paused nor on hold."
        }
    }

    private func followHead(by caller: Operator) async -> String {
        do {
            try await gitHub.head.reconcile(.resume, by: caller.label)
            // A poll may have come first.
            if let next = try await store.deployments(of: branch, limit: 1).first, !next.stage.isFinal {
                return "Deployment \(next.id) of \(next.commit.short) queued."
            }
            return status.engine.blocked ?? "The head of \(branch.name) needs no deployment."
        } catch {
            return "The head of \(branch.name) could not be read: \(error) Run 'observer deploy' to deploy it."
        }
    }

    func cancel(_ deployment: Deployment, by caller: Operator) async throws -> ActionAnswer {
        let id = deployment.id
        guard !deployment.stage.isFinal else {
            throw ControlError.conflict("Deployment \(id) has already ended: \(deployment.stage.rawValue).")
        }
        let changes = store.feed.signals { change in
            guard case .deployment(let changed) = change, changed.id == id else { return false }
            return changed.stage.isFinal || changed.stage == .queued
        }
        try await store.cancelQueued(id, by: caller.label)
        // Even if it was queued a moment ago: the deployer may have just started it.
        store.feed.post([.cancellation(deployment: id, by: caller.label)])
        return try await end(ofCancelled: id, by: caller.label, changes)
    }

    /// How long an operator waits for a deployment to end after it was cancelled.
    private static let cancelTimeout = Duration.seconds(10)

    /// - Throws: `ControlError.conflict` if it ended otherwise in the same moment.
    private func end(
        ofCancelled id: Int64, by name: String, _ changes: AsyncStream<Void>
    ) async throws -> ActionAnswer {
        do {
            try await withTimeout(Self.cancelTimeout) {
                if try await store.known(id).stage.isFinal { return }
                for await _ in changes {
                    // One that returns to the queue has missed the cancellation.
                    try await store.cancelQueued(id, by: name)
                    if try await store.known(id).stage.isFinal { return }
                }
                throw CancellationError()
            }
        } catch is TimedOut {
            return ActionAnswer(
                "Deployment \(id) is being cancelled. Changes already applied are not undone.", deployment: id)
        }
        let ended = try await store.known(id)
        guard ended.stage == .cancelled else {
            throw ControlError.conflict("Deployment \(id) ended before it could be cancelled: \(ended.stage.rawValue).")
        }
        if ended.startedAt == nil { await log(endOf: ended) }
        let fate =
            if ended.startedAt == nil {
                "It had not started."
            } else {
                ended.leavesChanges ? "Changes already applied are not undone." : "Nothing was applied."
            }
        let isHeld = try await store.branchState(of: branch).heldCommit == ended.commit
        let rest = isHeld ? " The branch stays on hold; 'observer resume' ends that." : ""
        return ActionAnswer("Deployment \(id) cancelled. \(fate)\(rest)", deployment: id)
    }

    /// The last line in the log of a deployment that never started.
    private func log(endOf ended: Deployment) async {
        await log(of: ended).write("cancelled", (ended.outcome ?? "").unbroken, level: .warning)
    }

    private func log(of deployment: Deployment) -> DeploymentLogWriter {
        DeploymentLogWriter(deployment: deployment.id, store: store, logger: logger)
    }

    /// - Parameter id: The other repository that the operator saw.
    func acceptRepository(_ id: Int64, by caller: Operator) async throws -> String {
        let found = try await gitHub.identity.accept(id, by: caller.label)
        guard found == id else {
            throw ControlError.conflict("\(branch.repository) now has the GitHub ID \(found), not \(id).")
        }
        return "\(branch.repository) is now the repository with the GitHub ID \(id); queued deployments start."
    }
}

/// Approvals of plans that wait for one.
extension BranchActions {
    /// Approves a plan that the operator saw.
    func approve(_ deployment: Deployment, plan: String, by caller: Operator) async throws -> ActionAnswer {
        let id = deployment.id
        try checkWaiting(deployment)
        if let refusal = try await approvalRefusal(of: deployment, to: caller) {
            throw ControlError.impossible(refusal)
        }
        guard let approved = try await store.approve(id, plan: plan, by: caller.label) else {
            throw ControlError.conflict("The plan of deployment \(id) has changed since it was read; read it again.")
        }
        return ActionAnswer("Deployment \(id) of \(approved.commit.short) approved.", deployment: id)
    }

    /// Why the operator may not approve the plan of a deployment, as a sentence; nil if they may.
    func approvalRefusal(of deployment: Deployment, to caller: Operator) async throws -> String? {
        let pushers = try await store.pushers(of: deployment.commit, on: deployment.request.branch)
        return policy.approval.refusal(to: caller, of: deployment.request, pushers: pushers)
    }

    /// Ends a deployment that waits for approval.
    func reject(_ deployment: Deployment, reason: String?, by caller: Operator) async throws -> ActionAnswer {
        let id = deployment.id
        try checkWaiting(deployment)
        guard try await store.reject(deployment, by: caller.label, reason: try reason.map(clean(reason:))) else {
            throw ControlError.conflict("Deployment \(id) is no longer waiting for approval.")
        }
        if let ended = try await store.deployment(id) { await log(endOf: ended) }
        return ActionAnswer("Deployment \(id) of \(deployment.commit.short) rejected.", deployment: id)
    }

    private func checkWaiting(_ deployment: Deployment) throws {
        guard deployment.stage == .queued, deployment.unapprovedPlan != nil else {
            throw ControlError.conflict(
                "Deployment \(deployment.id) is not waiting for approval; it \(deployment.stage.predicate).")
        }
    }
}
