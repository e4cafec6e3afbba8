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
                let now = if let fresh { fresh } else { try await compareAgain() }
                fresh = nil
                guard !now.changes.applied.isEmpty else { return adopted = try await adopt(from: now) }
                do {
                    try await send(now.changes.applied, insteadOf: now.apps, force: force)
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

    /// The changes that are needed after a wait. Those that no operator has seen may have to be approved.
    private func compareAgain() async throws -> MarathonSnapshot {
        let now = try await desired.compare(with: client, after: plan.snapshot)
        let marks = MarathonPlan(desired: desired, snapshot: now, client: client).approvalMarks
        if desired.source.needsApproval, !Set(marks).isSubset(of: plan.approvalMarks) {
            throw ApprovalNeeded(marks: marks)
        }
        return now
    }

    private func send(_ specs: [AppSpec], insteadOf apps: [MarathonApp], force: Bool) async throws {
        do {
            let running = Dictionary(apps.map { ($0.id, $0) }) { first, _ in first }
            let definitions = specs.map { spec in
                let app = running[spec.id]
                let definition = spec.labelled(
                    app: desired.name, commit: desired.source.commit.id, running: app?.instances)
                guard let scope = desired.source.correction, let app else { return definition }
                return scope.keepingIgnored(in: definition, from: app.json)
            }
            let change = try await client.apply(definitions, force: force)
            try await recorder.record(externalID: change.deploymentId)
            await recorder.log.write("applied", "Marathon deployment \(change.deploymentId)")
        } catch let error as MarathonError {
            guard let problems = error.problems(of: specs) else { throw error }
            throw MarathonFailure.specsRejected(problems)
        }
    }

    /// Adopts Marathon deployments in progress for these specs that its row does not know: the answer was lost, an earlier
    /// run was interrupted, or this commit superseded another one with the same specs. Otherwise they would never be rolled
    /// back, and would lock out later pushes.
    /// - Returns: The specs of their apps.
    private func adopt(from snapshot: MarathonSnapshot) async throws -> [AppSpec] {
        let superseded = try await recorder.abandonedDeployments().filter { $0.stage == .superseded }
        let left = Set(superseded.flatMap(\.externalIDs))
        let changed = desired.specs.apps.compactMap { spec -> (spec: AppSpec, app: MarathonApp)? in
            let app =
                snapshot.app(of: spec, at: desired.source.commit.id) ?? snapshot.app(of: spec, changingIn: left)
            return app.map { (spec: spec, app: $0) }
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

    /// Makes a change once Marathon no longer locks the apps. Meanwhile a newer push may take its place. A lock held by a
    /// deployment of this observer that ended without success is overridden: nothing waits for that deployment any more.
    private func unlocked<Value: Sendable>(_ change: (_ force: Bool) async throws -> Value) async throws -> Value {
        let began = ContinuousClock.now
        var announced: [String] = []
        while true {
            guard await recorder.unblock() else {
                try await Task.sleep(for: .seconds(1))
                continue
            }
            do {
                return try await change(false)
            } catch let error as MarathonError {
                guard case .locked(let holders) = error.reason else { throw error }
                let names = holders.joined(separator: ", ")
                if try await takeOver(holders) { return try await change(true) }
                if announced != holders {
                    announced = holders
                    await recorder.log.write("locked", "by Marathon deployment \(names); waiting", level: .warning)
                }
                guard .now + .seconds(1) < deadline else {
                    throw MarathonFailure.locked(by: holders, after: .now - began)
                }
                await recorder.block()
                try await Task.sleep(for: .seconds(1))
            }
        }
    }

    /// Takes over a lock of this observer's own deployments.
    ///
    /// One that a newer commit superseded is rolled back first: otherwise its apps, which never were healthy, would be the
    /// previous version if this deployment is rolled back, and apps that this commit does not change would keep a mix of
    /// tasks. It stays if it created apps, because Marathon can't remove and create the same app at a time.
    /// - Returns: Whether the lock may be overridden.
    private func takeOver(_ holders: [String]) async throws -> Bool {
        let abandoned = try await recorder.abandonedDeployments()
        let own = Set(abandoned.flatMap(\.externalIDs)).union(await recorder.deployment.externalIDs)
        guard !holders.isEmpty, own.isSuperset(of: holders) else { return false }
        await recorder.log.write(
            "overriding",
            "Marathon deployment \(holders.joined(separator: ", ")), left by an earlier deployment of this observer")
        for holder in holders {
            guard let row = abandoned.first(where: { $0.externalIDs.contains(holder) }), row.stage == .superseded,
                row.commit != desired.source.commit.id, !row.changes.contains(where: { $0.kind == .created })
            else { continue }
            do {
                let change = try await client.rollBack(deployment: holder)
                try await recorder.record(externalID: change.deploymentId)
            } catch let error as MarathonError where error.reason == .notFound {
                // It has ended meanwhile.
            }
        }
        return true
    }
}
