import Logging

/// Waits until apps run what was applied and are healthy.
struct HealthWatch: Sendable {
    /// For each app, the fingerprint of the spec that it has to run.
    typealias Expectations = [String: String]

    /// Limit for requests whose answers are only shown, and for the read at the deadline.
    private static let detailTimeout = Duration.seconds(3)
    /// If Marathon does not respond at the deadline, and has not for this long, the state that it reported before is not known
    /// any more.
    private static let silenceLimit = Duration.seconds(5)

    let client: MarathonClient
    let recorder: DeploymentRecorder
    let deadline: ContinuousClock.Instant
    let logger: Logger

    /// - Parameters:
    ///   - deployments: The IDs of the Marathon deployments that change the apps.
    ///   - timeout: For the error message after the deadline.
    /// - Throws: `MarathonFailure.unhealthy`, `.overridden`, `.silent`, `MarathonError`, `CancellationError`.
    func wait(for expectations: Expectations, deployments: Set<String>, timeout: Duration) async throws {
        let events = MarathonEvents(
            client: client, topics: deployments.union(expectations.keys),
            readsMany: MarathonClient.isList(expectations.count), logger: logger)
        try await events.until(deadline) { wakeUps in
            var last: [MarathonApp]?
            var lastAnswer = ContinuousClock.now
            for await _ in wakeUps {
                var isSilent = false
                do {
                    // A missing answer must not outlast the deadline, at which Marathon is asked once more.
                    let (apps, areReady) = try await withTimeout(max(deadline - .now, Self.detailTimeout)) {
                        () -> ([MarathonApp], Bool) in
                        let apps = try await read(expectations.keys.sorted())
                        return (apps, try await isComplete(apps, expectations, deployments))
                    }
                    if areReady { return }
                    last = apps
                    lastAnswer = .now
                } catch let error as MarathonError where error.isTransient {
                    logger.warning("\(error) Retrying.")
                    isSilent = true
                } catch is TimedOut {
                    // The deadline has passed, which is reported below.
                    isSilent = true
                }
                guard .now >= deadline else { continue }
                guard let last else { throw MarathonFailure.silent(after: timeout) }
                let silence = isSilent ? .now - lastAnswer : .zero
                guard silence < Self.silenceLimit else { throw MarathonFailure.silent(after: silence) }
                throw MarathonFailure.unhealthy(await reasons(last, deployments), after: timeout)
            }
            throw CancellationError()
        }
    }

    private func read(_ ids: [String]) async throws -> [MarathonApp] {
        let apps = try await client.apps(ids, mostWithLabel: DployLabel.app)
        let found = Dictionary(apps.map { ($0.id, $0) }) { first, _ in first }
        return try ids.map { id in
            guard let app = found[id] else { throw MarathonFailure.overridden(appID: id) }
            return app
        }
    }

    private func isComplete(
        _ apps: [MarathonApp], _ expectations: Expectations, _ deployments: Set<String>
    ) async throws -> Bool {
        if let other = apps.first(where: { $0.labels[DployLabel.spec] != expectations[$0.id] }) {
            throw MarathonFailure.overridden(appID: other.id)
        }
        let states = apps.map { (id: $0.id, readiness: AppReadiness($0, deployments: deployments)) }
        // Incomplete apps come first.
        let ordered = states.filter { !$0.readiness.isComplete } + states.filter(\.readiness.isComplete)
        var progress = DeploymentProgress(
            steps: ordered.map { .init(name: $0.id, done: $0.readiness.ready, of: $0.readiness.wanted) })
        let inProgress = try await inProgress(of: deployments)
        if let shown = inProgress.last { (progress.phase, progress.phases) = (shown.step, shown.steps) }
        if progress != (await recorder.deployment.progress) {
            try await recorder.record(progress: progress)
            await recorder.log.write("waiting", progress.sentence)
        }
        // An app that does not list its deployments is ready once none of this one is listed.
        let isKnown = inProgress.isEmpty || apps.allSatisfy { $0.deployments != nil }
        return isKnown && states.allSatisfy(\.readiness.isComplete)
    }

    /// The Marathon deployments that are still listed. Mostly for display: the apps may be healthy although Marathon does
    /// not list them.
    private func inProgress(of deployments: Set<String>) async throws -> [MarathonDeployment] {
        guard !deployments.isEmpty else { return [] }
        do {
            let listed = try await withTimeout(Self.detailTimeout) { try await client.deployments() }
            return listed.filter { deployments.contains($0.id) }
        } catch let error where error is MarathonError || error is TimedOut {
            logger.debug("Could not read deployment progress from Marathon: \(error)")
            return []
        }
    }

    private func reasons(_ apps: [MarathonApp], _ deployments: Set<String>) async -> [MarathonFailure.Unhealthy] {
        let unready = apps.map { (app: $0, readiness: AppReadiness($0, deployments: deployments)) }
            .filter { !$0.readiness.isComplete }
        // While one app fails, the Marathon deployment is in progress for all of them.
        let failing = unready.filter { $0.readiness.ready < $0.readiness.wanted || $0.readiness.outdated > 0 }
        var unhealthy: [MarathonFailure.Unhealthy] = []
        for (app, readiness) in failing.isEmpty ? unready : failing {
            // The list does not include task failures.
            let details = try? await withTimeout(Self.detailTimeout) { try await client.app(app.id) }
            // A failure from before this configuration is not its fault.
            let failure = (details.flatMap(\.self) ?? app).lastTaskFailure.flatMap {
                $0.timestamp >= app.configurationVersion ? $0 : nil
            }
            unhealthy.append(
                MarathonFailure.Unhealthy(
                    appID: app.id, readiness: readiness, lastTaskFailure: failure,
                    launchDelay: try? await withTimeout(Self.detailTimeout) { try await client.launchDelay(of: app.id) }
                ))
        }
        // A commit status has space for the first one only.
        return unhealthy.sortedByCause
    }
}

extension DeploymentProgress {
    /// "step 1 of 2; /web 3 of 5 healthy, 4 others healthy"; for many unhealthy apps, "step 1 of 2; 7 of 40 apps healthy".
    fileprivate var sentence: String {
        let place = if let phase, let phases { "step \(phase) of \(phases); " } else { "" }
        let waiting = steps.filter { $0.done < $0.of }
        let shown = waiting.isEmpty ? steps : waiting
        let others = steps.count - shown.count
        guard shown.count <= 5 else { return place + "\(steps.count - waiting.count) of \(steps.count) apps healthy" }
        return place + shown.map { "\($0.name) \($0.done) of \($0.of) healthy" }.joined(separator: ", ")
            + (others == 0 ? "" : ", \(others) \(others == 1 ? "other" : "others") healthy")
    }
}
