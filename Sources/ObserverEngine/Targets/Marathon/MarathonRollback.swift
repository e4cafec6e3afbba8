import Logging

/// Rolls back what did not become healthy, and waits until the previous version is healthy again and new apps are gone.
struct MarathonRollback: Sendable {
    /// Limit for the read at the deadline.
    private static let lastReadTimeout = Duration.seconds(3)

    let client: MarathonClient
    let source: DeploymentSource
    let recorder: DeploymentRecorder
    let deadline: ContinuousClock.Instant
    let timeout: Duration
    let logger: Logger

    /// - Parameters:
    ///   - specs: The specs that the deployment applied.
    ///   - failure: Why they are rolled back.
    /// - Throws: `CancellationError`, store errors.
    func run(_ specs: [AppSpec], because failure: any DeploymentFailure) async throws -> RestoreOutcome {
        guard let abandoned = await recorder.deployment.externalIDs.last else { return .tooLate }
        do {
            guard let rollbacks = try await start(insteadOf: abandoned, of: specs, because: failure) else {
                return .tooLate
            }
            guard let apps = try await restored(specs, by: rollbacks) else {
                return .failed(
                    reason: "the previous state was not restored after \(timeout.brief). Check the apps in Marathon.")
            }
            let previous = apps.map(\.id)
            let removed = specs.map(\.id).filter { !previous.contains($0) }
            let steps = apps.map { app in
                let readiness = AppReadiness(app, deployments: rollbacks)
                return DeploymentProgress.Step(name: app.id, done: readiness.ready, of: readiness.wanted)
            }
            try await recorder.record(restored: steps, removed: removed)
            if !previous.isEmpty {
                await recorder.log.write("restored", previous.joined(separator: ", "), level: .warning)
            }
            if !removed.isEmpty {
                await recorder.log.write("removed", removed.joined(separator: ", "), level: .warning)
            }
            return .restored(previous: previous, removed: removed)
        } catch let error as MarathonError {
            return .failed(reason: "\(error) Check the apps in Marathon.")
        }
    }

    /// Starts the rollback and records its IDs. A newer deployment takes its place only then: it has to recognize the rollback,
    /// which locks the apps. The failure is recorded first, so that the commit is not deployed again after a stop.
    /// - Returns: The deployments that roll it back; nil if Marathon had already finished the abandoned one.
    private func start(
        insteadOf abandoned: String, of specs: [AppSpec], because failure: any DeploymentFailure
    ) async throws -> Set<String>? {
        try await recorder.changingTarget { () -> Set<String>? in
            try await recorder.record(rollback: [], because: "\(failure)")
            guard let rollbacks = try await request(insteadOf: abandoned, of: specs) else { return nil }
            let started = rollbacks.sorted()
            await recorder.log.write("rollback", started.map { "Marathon deployment \($0)" }, level: .warning)
            try await recorder.record(
                rollback: started,
                because: "\(failure) Rolling back (Marathon deployment \(started.joined(separator: ", "))).")
            return rollbacks
        }
    }

    private func request(insteadOf abandoned: String, of specs: [AppSpec]) async throws -> Set<String>? {
        var isInDoubt = false
        return try await Retry(until: deadline, logger: logger) {
            do {
                return [try await client.rollBack(deployment: abandoned).deploymentId]
            } catch let error as MarathonError where error.reason == .notFound {
                // It may be gone because an earlier request succeeded and its answer was lost.
                return isInDoubt ? try await replacements(of: abandoned, in: specs) : nil
            } catch {
                isInDoubt = true
                throw error
            }
        }
    }

    /// The deployments that replaced the abandoned one; nil if it finished and the apps are as it made them.
    private func replacements(of abandoned: String, in specs: [AppSpec]) async throws -> Set<String>? {
        let apps = try await apps(of: specs)
        let others = Set(apps.flatMap { $0.app.deployments ?? [] }).subtracting([abandoned])
        return others.isEmpty && isAnyChanged(apps) ? nil : others
    }

    /// - Returns: The apps that run their previous version; nil if they do not by the deadline.
    private func restored(_ specs: [AppSpec], by deployments: Set<String>) async throws -> [MarathonApp]? {
        let events = MarathonEvents(
            client: client, topics: deployments.union(specs.map(\.id)), readsMany: MarathonClient.isList(specs.count),
            logger: logger)
        return try await events.until(deadline) { wakeUps in
            for await _ in wakeUps {
                do {
                    // A missing answer must not outlast the deadline, at which Marathon is asked once more.
                    let found = try await withTimeout(max(deadline - .now, Self.lastReadTimeout)) {
                        try await apps(restored: specs, by: deployments)
                    }
                    if let found { return found }
                } catch let error as MarathonError where error.isTransient {
                    logger.warning("\(error) Retrying.")
                } catch is TimedOut {
                    return nil
                }
                if .now >= deadline { return nil }
            }
            throw CancellationError()
        }
    }

    /// An app that was new is gone again; any other runs its previous version, which Marathon stores as soon as the
    /// rollback starts.
    /// - Returns: nil while they are not restored.
    private func apps(restored specs: [AppSpec], by deployments: Set<String>) async throws -> [MarathonApp]? {
        let apps = try await apps(of: specs)
        guard !isAnyChanged(apps), apps.allSatisfy({ AppReadiness($0.app, deployments: deployments).isComplete })
        else { return nil }
        return apps.map(\.app)
    }

    private typealias SpecifiedApp = (spec: AppSpec, app: MarathonApp)

    private func apps(of specs: [AppSpec]) async throws -> [SpecifiedApp] {
        let apps = try await client.apps(specs.map(\.id), mostWithLabel: DployLabel.app)
        let found = Dictionary(apps.map { ($0.id, $0) }) { first, _ in first }
        return specs.compactMap { spec in found[spec.id].map { (spec, $0) } }
    }

    /// Whether any app is still as the commit wanted it. An app that was applied by force may have been the same before.
    private func isAnyChanged(_ apps: [SpecifiedApp]) -> Bool {
        !source.isForced && apps.contains { $0.app.wasChanged(to: $0.spec, at: source.commit.id) }
    }
}
