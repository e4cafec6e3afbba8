import Logging

/// What one deployment does at Marathon, step by step.
struct MarathonWork: Sendable {
    let client: MarathonClient
    let specs: AppSpecs
    /// The `app_name` of the descriptor.
    let name: String
    let prunes: Bool
    let report: DeploymentReport
    let store: Store
    let deadline: ContinuousClock.Instant
    let timeout: Duration
    let logger: Logger

    private var journal: Journal { report.journal }

    /// Applies new and changed apps as one deployment at Marathon. An answer that got lost is no riddle: the apps are
    /// looked at again before anything is sent a second time.
    /// - Returns: The plan of the first look: what this deployment changes.
    func apply() async throws -> DeploymentPlan {
        let deployment = await report.deployment
        let retry = Retry(until: deadline, logger: logger)
        let first = try await retry { try await plan(isForced: deployment.request.isForced) }
        try await report.note(changes: first.changes)
        await journal.note("planned", first.summary)
        await nameTakenOver(by: first)
        guard !first.applied.isEmpty else { return first }
        var fresh: DeploymentPlan? = first
        try await retry {
            let now = if let fresh { fresh } else { try await plan(isForced: deployment.request.isForced) }
            fresh = nil
            guard !now.applied.isEmpty else { return }
            let definitions = now.applied.map { $0.labelled(app: name, commit: deployment.commit) }
            let change: MarathonClient.Change
            do {
                change = try await unlocked { force in try await client.apply(definitions, force: force) }
            } catch let error as MarathonError {
                guard let problems = RefusedSpecs.problems(in: error, of: now.applied) else { throw error }
                throw DeploymentFailure.specsRefused(problems)
            }
            try await report.note(marathonDeployment: change.deploymentId)
            await journal.note("applied", "Marathon deployment \(change.deploymentId)")
        }
        return first
    }

    /// Waits for all apps of the specs, also those that this commit leaves alone: they may not have come up yet, and a
    /// success says that what the commit wants runs.
    func waitUntilHealthy() async throws {
        guard !specs.apps.isEmpty else { return }
        let watch = HealthWatch(client: client, report: report, deadline: deadline, logger: logger)
        try await watch.wait(
            for: Dictionary(uniqueKeysWithValues: specs.apps.map { ($0.id, $0.fingerprint) }),
            deployments: Set(await report.deployment.marathonDeployments), timeout: timeout)
        await journal.note("healthy", specs.apps.map(\.id).joined(separator: ", "))
    }

    /// Removes apps, one after the other; their tasks end in Marathon's own time.
    func remove(_ ids: [String]) async throws {
        for id in ids {
            try await Retry(until: deadline, logger: logger) {
                guard try await client.app(id) != nil else { return }
                let change = try await unlocked { force in try await client.removeApp(id, force: force) }
                try await report.note(marathonDeployment: change.deploymentId)
            }
            await journal.note("removed", id)
        }
    }

    func nameOrphans(of plan: DeploymentPlan) async {
        guard !plan.orphaned.isEmpty else { return }
        await journal.note(
            "orphaned",
            "no spec mentions \(plan.orphaned.joined(separator: ", ")) any more; -prune removes such apps",
            level: .warning)
    }

    private func nameTakenOver(by plan: DeploymentPlan) async {
        let texts = plan.takenOver.sorted { $0.key < $1.key }
            .map { "\($0.key), which the dploy app \($0.value) deployed before" }
        await journal.note("claiming", texts, level: .warning)
    }

    /// Our apps at Marathon against the specs.
    private func plan(isForced: Bool) async throws -> DeploymentPlan {
        var actual = try await client.apps(withLabel: DployLabel.app)
        let found = Set(actual.map(\.id))
        for spec in specs.apps where !found.contains(spec.id) {
            if let app = try await client.app(spec.id) { actual.append(app) }
        }
        return DeploymentPlan.make(
            specs: specs, actual: actual, name: name, isForced: isForced, prunes: prunes)
    }

    /// Does a change once Marathon is done with the apps. A lock of our own, left by a deployment that failed or was cut
    /// short, is overridden: nobody waits for that one any more.
    private func unlocked<Value: Sendable>(_ change: (_ force: Bool) async throws -> Value) async throws -> Value {
        let began = ContinuousClock.now
        var announced: [String] = []
        while true {
            do {
                return try await change(false)
            } catch let error as MarathonError {
                guard case .locked(let holders) = error.reason else { throw error }
                let request = await report.deployment.request
                let abandoned = try await store.abandonedMarathonDeployments(
                    of: request.repository, branch: request.branch)
                if !holders.isEmpty, abandoned.isSuperset(of: holders) {
                    await journal.note("overriding", "our own earlier deployment \(holders.joined(separator: ", "))")
                    return try await change(true)
                }
                if announced != holders {
                    announced = holders
                    await journal.note(
                        "locked", "by Marathon deployment \(holders.joined(separator: ", ")); waiting for it",
                        level: .warning)
                }
                guard .now + .seconds(1) < deadline else {
                    throw DeploymentFailure.locked(by: holders, after: .now - began)
                }
                try await Task.sleep(for: .seconds(1))
            }
        }
    }
}
