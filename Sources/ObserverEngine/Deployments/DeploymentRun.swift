import Foundation
import Logging

/// Runs one deployment from the queue to its end. Read it top-down.
struct DeploymentRun<Target: DeploymentTarget>: Sendable {
    struct Settings: Sendable {
        let stateDirectory: String
        let timeout: Duration
        let onFailure: FailureResponse
        /// The delay before the first retry.
        let retryDelay: Duration
        let policy: DeploymentPolicy
        let drift: DriftPolicy
    }

    /// How many links that were left out are logged.
    private static var shownLinks: Int { 20 }

    let recorder: DeploymentRecorder
    let target: Target
    let source: CommitSource
    let decisions: DecisionKeeper
    let announcer: DeploymentAnnouncer
    let settings: Settings
    let logger: Logger
    /// Updated by each success.
    var expected: ExpectedApps?

    /// - Throws: `CancellationError` if it is interrupted, `TokenRefused`, `DecisionRecalled`, `ApprovalNeeded`,
    ///   `RepositoryIdentity.Replaced`, `Store.Failed`, `Store.AlreadyEnded`; every other end is recorded in the row.
    func run() async throws {
        do {
            // One deadline for download, plan, apply and health together.
            try await deploy(until: .now + settings.timeout)
        } catch {
            try await end(because: error)
        }
    }

    private func deploy(until deadline: ContinuousClock.Instant) async throws {
        if target.runsPrograms, try await recorder.interruptions(limit: RestartLoop.limit) == RestartLoop.limit {
            throw RestartLoop()
        }
        let knewDecisions = decisions.isKnown
        try await recorder.advance(to: .fetching)
        try await Workspace.with(in: settings.stateDirectory, logger: logger) { workspace in
            // Downloaded while GitHub confirms that the repository is the watched one, and that the branch still points at the
            // commit.
            async let fetched = fetch(into: workspace, until: deadline)
            let confirmation = CommitConfirmation(
                source: source, store: recorder.store, logger: logger,
                allowsOlder: settings.policy.keepsOlderPushes, deployed: try await recorder.lastSucceeded()?.commit)
            try await confirmation.verifyRepository(until: deadline)
            guard try await isStillWanted(confirmation, until: deadline) else { return }
            if await !recorder.isAnnounced {
                let request = await recorder.deployment.request
                announcer.announceStart(of: request, isPlanned: isPlanned(request))
                await recorder.markAnnounced()
            }
            let source = try await source(in: fetched)

            try await recorder.advance(to: .validating)
            let plan = try await target.plan(source, until: deadline)
            let before = await recorder.deployment.changes
            try await record(plan)
            try await checkApproval(of: plan, before: before)
            let wereUnknown = !(knewDecisions && decisions.isKnown)
            let mayBeHeld = try await decisions.hasRestoredHold()
            if wereUnknown || mayBeHeld {
                guard try await isAllowed(until: deadline) else { return }
                // The decisions may name the repository.
                try await confirmation.verifyRepository(until: deadline)
            }

            let request = await recorder.deployment.request
            if isPlanned(request) { announcer.announceStart(of: request) }
            try await recorder.advance(to: .applying)
            await decisions.announceRollback(by: request)
            let applied = try await apply(plan, until: deadline)

            try await recorder.advance(to: .waiting)
            let outcome = try await watch(applied, until: deadline)
            try await recorder.settle()
            let apps = try await apps(of: source)
            try await recorder.finish(as: .succeeded, outcome: outcome)
            // Reads of the apps compare them with the last success that is stored.
            if let apps { expected?.set(apps) }
        }
    }

    /// Ends the deployment as failed, unless the error does not concern its commit, which is queued again.
    private func end(because error: any Error) async throws {
        if Task.isCancelled { throw CancellationError() }
        switch error {
        case is CancellationError, is ApprovalNeeded, is Store.Failed, is Store.AlreadyEnded:
            throw error
        case is DecisionRecalled, is RepositoryIdentity.Replaced:
            await recorder.log.write("interrupted", "\(error)", level: .warning)
            throw error
        case let failure as any DeploymentFailure where failure.isTokenRefused:
            throw TokenRefused(description: "\(failure)")
        default:
            try await fail(because: error)
        }
    }

    /// A failure outside the commit is retried; any other waits for a push or an operator.
    private func fail(because error: any Error) async throws {
        let reason = recorder.log.clean("\(error)")
        await recorder.log.write("failed", reason, level: .error)
        let request = await recorder.deployment.request
        let plan = RetryPlan(after: error, attempt: request.attempt, first: settings.retryDelay)
        switch plan {
        case .retry(_, let delay):
            if try await recorder.failAndRetry(outcome: reason, retryAt: Date().addingTimeInterval(delay.seconds)) {
                await recorder.log.write("retrying", plan.sentence(for: request.trigger))
            } else if await recorder.deployment.stage == .interrupted {
                await recorder.log.write("blocked", "Not retried: the branch is on hold.")
            }
        case .block:
            let wasUndone = error is FailureAfterRestore
            let rollback = try await recorder.failForGood(
                outcome: reason, undoingOthers: settings.onFailure == .rollback && !wasUndone)
            if let rollback {
                await recorder.log.write("rollback", rollback.returnToLastSuccess, level: .warning)
            }
            await recorder.log.write("blocked", plan.sentence(for: request.trigger))
        }
    }

    /// A commit that the branch no longer points at is superseded by the head of the branch.
    private func isStillWanted(
        _ confirmation: CommitConfirmation, until deadline: ContinuousClock.Instant
    ) async throws -> Bool {
        let request = await recorder.deployment.request
        switch try await confirmation.confirm(request, until: deadline) {
        case .confirmed:
            if request.trigger.followsBranch { try await recorder.noteHead() }
            return true
        case .overtaken(let newer):
            guard let waiting = try await recorder.newerPush(at: self.request(of: newer, instead: request)) else {
                try await supersede(by: newer)
                return false
            }
            await recorder.log.write("older", "than \(waiting.short), whose checks have not passed")
            return true
        case .replaced(let newer):
            try await supersede(by: newer)
        case .branchGone:
            try await recorder.finish(as: .superseded, outcome: "branch \(request.branch.name) no longer exists")
        }
        return false
    }

    private func supersede(by newer: GitHubBranch.Head) async throws {
        let request = await recorder.deployment.request
        let outcome = "branch \(request.branch.name) now points at \(newer.sha.short)"
        await recorder.log.write("superseded", outcome)
        try await recorder.supersede(with: self.request(of: newer, instead: request), outcome: outcome)
    }

    private func request(of head: GitHubBranch.Head, instead request: DeploymentRequest) -> DeploymentRequest {
        DeploymentRequest(
            branch: request.branch, commit: head.info, trigger: request.trigger, isForced: request.isForced)
    }

    /// Whether the decisions of operators, which are only read now that the target answers, allow the deployment.
    private func isAllowed(until deadline: ContinuousClock.Instant) async throws -> Bool {
        let state = try await Retry(until: deadline, logger: logger) { try await decisions.recalled() }
        let request = await recorder.deployment.request
        if request.override != nil { return true }
        if state.isPaused { throw DecisionRecalled(interruption: .pause) }
        guard let held = state.heldCommit, held != request.commit.id,
            request.trigger.followsBranch
        else { return true }
        if state.hold?.until == .resume { throw DecisionRecalled(interruption: .hold) }
        // A push since the hold would have ended it.
        let outcome = "branch \(request.branch.name) is on hold at \(held.short)"
        await recorder.log.write("superseded", outcome)
        try await recorder.finish(as: .superseded, outcome: outcome)
        return false
    }

    /// A plan that an operator must approve is not applied before.
    /// - Parameter before: The changes that were planned before, if this deployment was planned already.
    private func checkApproval(of plan: Target.Plan, before: [AppChange]) async throws {
        let request = await recorder.deployment.request
        let marks = plan.approvalMarks
        let decision = settings.policy.decide(
            onPlan: marks, plan.changes,
            changesAnything: plan.changesAnything, mayRestart: plan.mayRestart, of: request)
        switch decision {
        case .unneeded: return
        case .approved(let author):
            await recorder.log.write("approved", "by \(author)")
        case .needed(let hasChanged):
            if hasChanged {
                for line in PlanDifference.between(before, and: plan.changes) {
                    await recorder.log.write("changed", line, level: .warning)
                }
            }
            throw ApprovalNeeded(marks: marks)
        }
    }

    /// Whether it is not certain yet that the deployment continues after its plan.
    private func isPlanned(_ request: DeploymentRequest) -> Bool {
        request.approval == nil && settings.policy.approval.mayConcern(request)
    }

    private func fetch(
        into workspace: String, until deadline: ContinuousClock.Instant
    ) async throws -> SourceFetch.Tree {
        try await SourceFetch(gitHub: source.gitHub, logger: logger).fetch(
            await recorder.deployment.commit, target.selection, into: workspace, until: deadline)
    }

    private func source(in tree: SourceFetch.Tree) async throws -> DeploymentSource {
        let request = await recorder.deployment.request
        let size = tree.bytes.formatted(.byteCount(style: .file))
        let files = tree.files == 1 ? "1 file" : "\(tree.files) files"
        await recorder.log.write("fetched", "\(request.commit.id.short), \(files), \(size)")
        for link in tree.leftOut.prefix(Self.shownLinks) {
            await recorder.log.write("skipped", "\(link.path.printable) \(link.explanation)", level: .warning)
        }
        if tree.leftOut.count > Self.shownLinks {
            await recorder.log.write(
                "skipped", "\(tree.leftOut.count - Self.shownLinks) more such links", level: .warning)
        }
        var source = DeploymentSource(
            root: tree.root, branch: request.branch, commit: request.commit, isForced: request.isForced,
            leftOut: tree.leftOut)
        if request.trigger == .drift {
            source.correction = DriftScope(apps: request.correctedApps, ignored: settings.drift.ignored)
        }
        source.needsApproval = settings.policy.approval.mayConcern(request)
        source.deployment = await recorder.deployment.id
        source.reason = DeploymentReason(request.trigger)
        return source
    }

    private func record(_ plan: Target.Plan) async throws {
        try await recorder.record(changes: plan.changes)
        await recorder.log.write("planned", plan.summary)
        await recorder.log.write("plan", plan.text)
        for change in plan.changes {
            guard let other = change.takenOverFrom else { continue }
            await recorder.log.write(
                "claiming", "\(change.appID), previously deployed by the dploy app \(other)", level: .warning)
        }
        let drift = DriftNotes(on: plan, settings.drift)
        for warning in plan.warnings + drift.counted {
            await recorder.log.write(warning.verb, warning.text, level: .warning)
        }
        for note in drift.ignored { await recorder.log.write(note.verb, note.text) }
    }

    private func apply(_ plan: Target.Plan, until deadline: ContinuousClock.Instant) async throws -> Target.Applied {
        do {
            return try await target.apply(plan, recorder: recorder, until: deadline)
        } catch let failure as any DeploymentFailure where !failure.mayHaveChangedTarget {
            try await recorder.leaveNoChanges()
            throw failure
        }
    }

    /// The apps of this commit; nil if they can't be read now; the next read of the apps tries again.
    private func apps(of source: DeploymentSource) async throws -> ExpectedApps.Known? {
        guard let expected else { return nil }
        expected.prepare(for: await recorder.deployment.id)
        do {
            let inspector = try await target.inspector(for: source)
            return ExpectedApps.Known(deployment: await recorder.deployment.id, inspector: inspector)
        } catch let error where !Task.isCancelled {
            logger.warning("Can't compare the apps with \(source.commit.id.short) yet: \(error)")
            return nil
        }
    }

    /// Waits until what was applied is healthy; otherwise rolls it back, if the settings say so.
    private func watch(_ applied: Target.Applied, until deadline: ContinuousClock.Instant) async throws -> String {
        do {
            return try await target.watch(applied, recorder: recorder, until: deadline)
        } catch let failure as any DeploymentFailure
            where failure.callsForRestore && settings.onFailure == .rollback
        {
            let outcome = try await target.restore(applied, recorder: recorder, because: failure)
            try await recorder.settle()
            if outcome.leavesNoChanges { try await recorder.leaveNoChanges() }
            guard let sentence = outcome.sentence else { throw failure }
            let cause = "\(failure)".asSentence
            throw FailureAfterRestore(description: "\(cause) \(sentence)", isExternal: failure.isExternal)
        }
    }
}

/// An operator had paused deployments or put the branch on hold before the disk was lost: the commit has to wait.
struct DecisionRecalled: Error, CustomStringConvertible {
    let interruption: Deployment.Interruption

    var description: String { "\(interruption.sentence) An operator decided this before the disk was lost." }
}

/// The plan must be approved: the commit has to wait.
struct ApprovalNeeded: Error {
    /// One for each change.
    let marks: [String]
}

/// The observer was stopped again and again during the deployment, which is repeated after every start.
struct RestartLoop: DeploymentFailure {
    /// How often in a row: a machine may well be restarted a few times during a deployment.
    static let limit = 10

    var mayHaveChangedTarget: Bool { true }

    var description: String {
        "The observer was stopped \(Self.limit) times in a row while it deployed this commit; it is not deployed again. If "
            + "the deployment itself restarts the observer, let it do that in the background and later, as with "
            + "'systemd-run --on-active=10'."
    }
}

/// Why a deployment failed, and how its rollback ended.
private struct FailureAfterRestore: DeploymentFailure {
    let description: String
    let isExternal: Bool
}
