/// Plans the deployment of a commit: no row, lock or status shows it, and it does not wait for a deployment.
package struct Planner: Sendable {
    /// An operator waits for the answer, so that a service that does not respond is reported instead of retried for long.
    private static let fetchTimeout = Duration.seconds(30)
    private static let planTimeout = Duration.seconds(6)

    private let target: any DeploymentTarget
    private let trees: CommitTrees
    private let store: Store
    private let branch: WatchedBranch
    private let drift: DriftPolicy

    package init(
        target: any DeploymentTarget, trees: CommitTrees, store: Store, branch: WatchedBranch,
        drift: DriftPolicy = DriftPolicy()
    ) {
        self.target = target
        self.trees = trees
        self.store = store
        self.branch = branch
        self.drift = drift
    }

    /// - Throws: `DeploymentFailure`, `Store.Failed`, `CancellationError`
    package func plan(_ commit: CommitInfo) async throws -> PlanReport {
        try await trees.withTree(of: commit, target.selection, within: Self.fetchTimeout) { source in
            try await report(on: source, target, until: .now + Self.planTimeout)
        }
    }

    private func report(
        on source: DeploymentSource, _ target: some DeploymentTarget, until deadline: ContinuousClock.Instant
    ) async throws -> PlanReport {
        let commit = PlanReport.Commit(source.commit, redactor: store.redactor)
        do {
            let plan = try await target.plan(source, until: deadline)
            var report = PlanReport(of: plan, redactor: store.redactor, drift: drift)
            let history = try await store.deployments(of: branch, limit: 100)
            let current = history.first(where: \.isRunning)
            report.commit = commit
            report.running = try await running(plan.running, history, deploying: current)
            report.deploying = current.map { PlanReport.Commit($0.request.commit, redactor: store.redactor) }
            return report
        } catch let failure as SpecFailure {
            var report = PlanReport(of: failure, redactor: store.redactor)
            report.commit = commit
            return report
        }
    }

    /// The commit of the last success, unless the target was changed later by another one, for example by a cancelled deployment.
    private func running(
        _ found: RunningCommit?, _ history: [Deployment], deploying: Deployment?
    ) async throws -> PlanReport.Commit? {
        let last = try await store.lastSucceeded(of: branch)
        let commit = RunningCommit.decide(found: found, last: last, history: history, deploying: deploying)
        guard let commit else { return nil }
        let known = try await store.newestDeployment(of: commit, on: branch)
        return PlanReport.Commit(known?.request.commit ?? CommitInfo(commit), redactor: store.redactor)
    }
}

extension RunningCommit {
    /// - Parameters:
    ///   - found: According to the target.
    ///   - last: The deployment that succeeded last.
    ///   - history: The newest deployments of the branch.
    ///   - deploying: The running deployment. Its commit does not run before it has succeeded.
    static func decide(
        found: RunningCommit?, last: Deployment?, history: [Deployment], deploying: Deployment?
    ) -> CommitID? {
        guard let found else { return nil }
        if let deploying, found.commit == deploying.commit { return commit(before: deploying, history) ?? last?.commit }
        if let left = commitBeforeCorrection(history), left != found.commit { return left }
        guard let last, found.commit != last.commit else { return found.commit }
        // A change by hand is newer than the success, too, and its app may still have the label of an older commit.
        let isLater = history.contains { $0.id > last.id && $0.commit == found.commit && $0.startedAt != nil }
        guard isLater, let success = last.finishedAt else { return last.commit }
        return found.changedAt.map { $0 > success } ?? true ? found.commit : last.commit
    }

    /// The commit that a deployment left at the target before a correction of drift, which changed other apps only; nil if no
    /// correction has succeeded since then.
    private static func commitBeforeCorrection(_ history: [Deployment]) -> CommitID? {
        guard let left = history.leftover else { return nil }
        return history.contains { $0.id > left.id && $0.stage == .succeeded } ? left.commit : nil
    }

    /// The commit that an earlier deployment made run: it succeeded, or left its changes of another commit.
    private static func commit(before deploying: Deployment, _ history: [Deployment]) -> CommitID? {
        history.first { row in
            guard row.id < deploying.id, row.stage.isFinal, row.request.trigger != .drift else { return false }
            return row.stage == .succeeded || row.leavesChanges && row.commit != deploying.commit
        }?.commit
    }
}

extension [Deployment] {
    /// The newest deployment since the last success that left changes of its commit, in a history with the newest first.
    /// Corrections of drift do not count, because they concern only some apps.
    var leftover: Deployment? {
        lazy.filter { $0.request.trigger != .drift }.prefix { $0.stage != .succeeded }
            .first { $0.stage.isFinal && $0.leavesChanges }
    }
}

extension PlanReport {
    /// - Parameters:
    ///   - redactor: Masks secrets that specs contain.
    ///   - policy: Which drift counts.
    package init(of plan: some TargetPlan, redactor: Redactor, drift policy: DriftPolicy = DriftPolicy()) {
        let drift = DriftNotes(on: plan, policy)
        let notes = plan.warnings + drift.counted + drift.ignored
        self.init(
            summary: redactor.redact(plan.summary), changes: plan.changes.map { $0.redacted(by: redactor) },
            warnings: notes.map { redactor.redact("\($0.verb) \($0.text)") },
            changesAnything: plan.changesAnything)
        text = plan.text.map { redactor.redact($0).printable.beginning(ofBytes: TextLimit.line) }
    }

    package init(of failure: SpecFailure, redactor: Redactor) {
        let problems = failure.problems.map {
            Problem(
                file: $0.file, pointer: redactor.redact($0.pointer), line: $0.line, message: redactor.redact($0.message)
            )
        }
        self.init(summary: problems.count == 1 ? "1 problem" : "\(problems.count) problems", problems: problems)
    }
}

extension PlanReport.Commit {
    fileprivate init(_ commit: CommitInfo, redactor: Redactor) {
        let clean = commit.redacted(by: redactor)
        self.init(id: clean.id.description, message: clean.message?.firstLine, author: clean.author)
    }
}
