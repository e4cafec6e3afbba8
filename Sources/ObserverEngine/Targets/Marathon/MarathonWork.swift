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

    struct Applied: Sendable {
        /// Of the first look: what this deployment changes.
        let plan: DeploymentPlan
        /// What a rollback takes back: what this deployment applied, or one before it that was cut short.
        let changed: [AppSpec]
    }

    /// Applies new and changed apps as one deployment at Marathon. An answer that got lost is no riddle: the apps are
    /// looked at again before anything is sent a second time.
    func apply() async throws -> Applied {
        let retry = Retry(until: deadline, logger: logger)
        let first = try await retry { try await look() }
        try await report.note(changes: first.plan.changes)
        await journal.note("planned", first.plan.summary)
        await nameTakenOver(by: first.plan)
        guard !first.plan.applied.isEmpty else {
            return Applied(plan: first.plan, changed: try await retry { try await adopt(from: first) })
        }
        var adopted: [AppSpec] = []
        var fresh: MarathonLook? = first
        try await retry {
            try await unlocked { force in
                let now = if let fresh { fresh } else { try await look(after: first) }
                fresh = nil
                guard !now.plan.applied.isEmpty else { return adopted = try await adopt(from: now) }
                do {
                    try await send(now.plan.applied, force: force)
                } catch let error as MarathonError where error.leavesDoubt {
                    let later = try await look(after: first)
                    guard later.plan.applied.isEmpty else { throw error }
                    adopted = try await adopt(from: later)
                }
            }
        }
        let applied = Set(first.plan.applied.map(\.id) + adopted.map(\.id))
        return Applied(plan: first.plan, changed: specs.apps.filter { applied.contains($0.id) })
    }

    private func send(_ specs: [AppSpec], force: Bool) async throws {
        let commit = await report.deployment.commit
        do {
            let change = try await client.apply(specs.map { $0.labelled(app: name, commit: commit) }, force: force)
            try await report.note(marathonDeployment: change.deploymentId)
            await journal.note("applied", "Marathon deployment \(change.deploymentId)")
        } catch let error as MarathonError {
            guard let problems = RefusedSpecs.problems(in: error, of: specs) else { throw error }
            throw DeploymentFailure.specsRefused(problems)
        }
    }

    /// Takes up what is under way at Marathon for this commit although its row does not know of it: the answer got lost, or
    /// a run before this one was cut short. Otherwise nobody would roll it back, and it would lock out later pushes.
    /// - Returns: The specs of the apps that it brings about.
    private func adopt(from look: MarathonLook) async throws -> [AppSpec] {
        let deployment = await report.deployment
        let ours = specs.apps.compactMap { spec in
            look.app(of: spec, at: deployment.commit).map { (spec: spec, app: $0) }
        }
        let working = Set(ours.flatMap { $0.app.deployments ?? [] }).subtracting(deployment.marathonDeployments)
        guard !working.isEmpty else { return [] }
        var adopted: [AppSpec] = []
        for found in try await client.deployments() where working.contains(found.id) {
            let brought = ours.filter { $0.app.isBrought(by: found) }.map(\.spec)
            guard !brought.isEmpty else { continue }
            try await report.note(marathonDeployment: found.id)
            await journal.note("adopted", "Marathon deployment \(found.id), which is under way for this commit")
            adopted += brought
        }
        return adopted
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
                do {
                    let change = try await unlocked { force in try await client.removeApp(id, force: force) }
                    try await report.note(marathonDeployment: change.deploymentId)
                } catch let error as MarathonError where error.reason == .notFound {
                    // Somebody else was faster.
                }
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
    /// - Parameter first: The look before something was sent; what has been applied since is not applied again.
    private func look(after first: MarathonLook? = nil) async throws -> MarathonLook {
        var apps = try await client.apps(withLabel: DployLabel.app)
        let found = Set(apps.map(\.id))
        for spec in specs.apps where !found.contains(spec.id) {
            if let app = try await client.app(spec.id) { apps.append(app) }
        }
        let deployment = await report.deployment
        let isDone = first?.isDone(in: apps, by: deployment.commit) ?? false
        let plan = DeploymentPlan.make(
            specs: specs, actual: apps, name: name, isForced: deployment.request.isForced && !isDone, prunes: prunes)
        return MarathonLook(plan: plan, apps: apps)
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
                    of: request.branch)
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
