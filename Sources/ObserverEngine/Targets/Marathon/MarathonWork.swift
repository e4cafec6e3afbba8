import Logging

/// Changes apps in Marathon: applies and removes them, waits for locks, and never sends the same change twice.
struct MarathonWork: Sendable {
    let plan: MarathonPlan
    let recorder: DeploymentRecorder
    let deadline: ContinuousClock.Instant
    let logger: Logger

    private var client: MarathonClient { plan.client }
    private var desired: DesiredApps { plan.desired }

    /// Applies new and changed apps as one Marathon deployment. If an answer is lost, the apps are compared again before
    /// anything is sent a second time.
    /// - Returns: The specs to roll back: what was applied now, or by an interrupted deployment before this one.
    func apply() async throws -> [AppSpec] {
        let retry = Retry(until: deadline, logger: logger)
        let first = plan.snapshot
        guard !first.changes.applied.isEmpty else { return try await retry { try await adopt(from: first) } }
        var adopted: [AppSpec] = []
        var fresh: MarathonSnapshot? = first
        try await retry {
            try await unlocked { force in
                let now = if let fresh { fresh } else { try await desired.compare(with: client, after: first) }
                fresh = nil
                guard !now.changes.applied.isEmpty else { return adopted = try await adopt(from: now) }
                do {
                    try await send(now.changes.applied, force: force)
                } catch let error as MarathonError where error.leavesDoubt {
                    let later = try await desired.compare(with: client, after: first)
                    guard later.changes.applied.isEmpty else { throw error }
                    adopted = try await adopt(from: later)
                }
            }
        }
        let applied = Set(first.changes.applied.map(\.id) + adopted.map(\.id))
        return desired.specs.apps.filter { applied.contains($0.id) }
    }

    private func send(_ specs: [AppSpec], force: Bool) async throws {
        do {
            let definitions = specs.map { $0.labelled(app: desired.name, commit: desired.source.commit.id) }
            let change = try await client.apply(definitions, force: force)
            try await recorder.record(externalID: change.deploymentId)
            await recorder.log.write("applied", "Marathon deployment \(change.deploymentId)")
        } catch let error as MarathonError {
            guard let problems = error.problems(of: specs) else { throw error }
            throw MarathonFailure.specsRejected(problems)
        }
    }

    /// Adopts Marathon deployments in progress for this commit that its row does not know: the answer was lost, or an
    /// earlier run was interrupted. Otherwise they would never be rolled back, and would lock out later pushes.
    /// - Returns: The specs of their apps.
    private func adopt(from snapshot: MarathonSnapshot) async throws -> [AppSpec] {
        let changed = desired.specs.apps.compactMap { spec in
            snapshot.app(of: spec, at: desired.source.commit.id).map { (spec: spec, app: $0) }
        }
        let known = await recorder.deployment.externalIDs
        let working = Set(changed.flatMap { $0.app.deployments ?? [] }).subtracting(known)
        guard !working.isEmpty else { return [] }
        var adopted: [AppSpec] = []
        for found in try await client.deployments() where working.contains(found.id) {
            let specs = changed.filter { $0.app.isConfigured(by: found) }.map(\.spec)
            guard !specs.isEmpty else { continue }
            try await recorder.record(externalID: found.id)
            await recorder.log.write("adopted", "Marathon deployment \(found.id), already in progress for this commit")
            adopted += specs
        }
        return adopted
    }

    /// Removes apps one by one; Marathon stops their tasks in its own time.
    func remove(_ ids: [String]) async throws {
        for id in ids {
            try await Retry(until: deadline, logger: logger) {
                guard try await client.app(id) != nil else { return }
                do {
                    let change = try await unlocked { force in try await client.removeApp(id, force: force) }
                    try await recorder.record(externalID: change.deploymentId)
                } catch let error as MarathonError where error.reason == .notFound {
                    // Already removed concurrently.
                }
            }
            await recorder.log.write("removed", id)
        }
    }

    /// Makes a change once Marathon no longer locks the apps. A lock held by a failed or interrupted deployment of this
    /// observer is overridden: nothing waits for that deployment any more.
    private func unlocked<Value: Sendable>(_ change: (_ force: Bool) async throws -> Value) async throws -> Value {
        let began = ContinuousClock.now
        var announced: [String] = []
        while true {
            do {
                return try await change(false)
            } catch let error as MarathonError {
                guard case .locked(let holders) = error.reason else { throw error }
                let names = holders.joined(separator: ", ")
                if !holders.isEmpty, try await recorder.abandonedExternalIDs().isSuperset(of: holders) {
                    await recorder.log.write(
                        "overriding", "Marathon deployment \(names), left by an earlier deployment of this observer")
                    return try await change(true)
                }
                if announced != holders {
                    announced = holders
                    await recorder.log.write("locked", "by Marathon deployment \(names); waiting", level: .warning)
                }
                guard .now + .seconds(1) < deadline else {
                    throw MarathonFailure.locked(by: holders, after: .now - began)
                }
                try await Task.sleep(for: .seconds(1))
            }
        }
    }
}
