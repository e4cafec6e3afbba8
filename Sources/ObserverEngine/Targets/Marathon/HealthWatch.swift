import Logging

/// Waits until apps run what we applied, healthy.
package struct HealthWatch: Sendable {
    /// The app and the fingerprint of the spec that it has to run.
    package typealias Expectations = [String: String]

    private static let few = 3

    /// How long what is only for show may take to be found out.
    private static let patience = Duration.seconds(3)

    private let client: MarathonClient
    private let report: DeploymentReport
    private let deadline: ContinuousClock.Instant
    private let logger: Logger

    init(client: MarathonClient, report: DeploymentReport, deadline: ContinuousClock.Instant, logger: Logger) {
        self.client = client
        self.report = report
        self.deadline = deadline
        self.logger = logger
    }

    /// - Parameters:
    ///   - deployments: The ids of the deployments at Marathon that bring the apps there.
    ///   - timeout: For the sentence when the deadline has passed.
    /// - Throws: `DeploymentFailure.unhealthy`, `.overridden`, `.marathonSilent`, `MarathonError`, `CancellationError`.
    func wait(for expectations: Expectations, deployments: Set<String>, timeout: Duration) async throws {
        let wakeUps = MarathonWakeUps(client: client, topics: deployments.union(expectations.keys), logger: logger)
        try await wakeUps.until(deadline) { wakeUps in
            var last: [MarathonApp]?
            for await _ in wakeUps {
                do {
                    // An answer that does not come must not outlast the deadline.
                    let (apps, areReady) = try await withTimeout(deadline - .now) { () -> ([MarathonApp], Bool) in
                        let apps = try await read(expectations.keys.sorted())
                        return (apps, try await isComplete(apps, expectations, deployments))
                    }
                    if areReady { return }
                    last = apps
                } catch let error as MarathonError where error.isTransient {
                    logger.warning("\(error) Asking again.")
                } catch is TimedOut {
                    // The deadline has passed, which is told below.
                }
                guard .now >= deadline else { continue }
                guard let last else { throw DeploymentFailure.marathonSilent(after: timeout) }
                throw DeploymentFailure.unhealthy(await reasons(last, deployments), after: timeout)
            }
            throw CancellationError()
        }
    }

    /// A few are read one by one, many in one list.
    private func read(_ ids: [String]) async throws -> [MarathonApp] {
        let listed = ids.count > Self.few ? try await client.apps(withLabel: DployLabel.app) : []
        let known = Dictionary(listed.map { ($0.id, $0) }) { first, _ in first }
        var apps: [MarathonApp] = []
        for id in ids {
            let app = if let found = known[id] { found } else { try await client.app(id) }
            guard let app else { throw DeploymentFailure.overridden(appID: id) }
            apps.append(app)
        }
        return apps
    }

    private func isComplete(
        _ apps: [MarathonApp], _ expectations: Expectations, _ deployments: Set<String>
    ) async throws -> Bool {
        if let other = apps.first(where: { $0.labels[DployLabel.spec] != expectations[$0.id] }) {
            throw DeploymentFailure.overridden(appID: other.id)
        }
        let states = apps.map { (id: $0.id, readiness: AppReadiness($0, deployments: deployments)) }
        // Those that are waited for come first.
        let ordered = states.filter { !$0.readiness.isComplete } + states.filter(\.readiness.isComplete)
        var progress = DeploymentProgress(
            apps: ordered.map { .init(id: $0.id, ready: $0.readiness.ready, wanted: $0.readiness.wanted) })
        let underWay = try await underWay(of: deployments)
        if let shown = underWay.last { (progress.step, progress.steps) = (shown.step, shown.steps) }
        if progress != (await report.deployment.progress) {
            try await report.note(progress: progress)
            await report.journal.note("waiting", progress.sentence)
        }
        // An app that does not tell which deployments it takes part in is ready once none of ours is listed.
        let isTold = underWay.isEmpty || apps.allSatisfy { $0.deployments != nil }
        return isTold && states.allSatisfy(\.readiness.isComplete)
    }

    /// Those of the deployments that are listed. Mostly for show: whoever does not list them may still have healthy apps.
    private func underWay(of deployments: Set<String>) async throws -> [MarathonDeployment] {
        guard !deployments.isEmpty else { return [] }
        do {
            let listed = try await withTimeout(Self.patience) { try await client.deployments() }
            return listed.filter { deployments.contains($0.id) }
        } catch let error where error is MarathonError || error is TimedOut {
            logger.debug("Can't tell how far Marathon is: \(error)")
            return []
        }
    }

    private func reasons(_ apps: [MarathonApp], _ deployments: Set<String>) async -> [DeploymentFailure.Unhealthy] {
        let unready = apps.map { (app: $0, readiness: AppReadiness($0, deployments: deployments)) }
            .filter { !$0.readiness.isComplete }
        // While one app fails Marathon's deployment goes on, for all of them.
        let failing = unready.filter { $0.readiness.ready < $0.readiness.wanted || $0.readiness.outdated > 0 }
        var unhealthy: [DeploymentFailure.Unhealthy] = []
        for (app, readiness) in failing.isEmpty ? unready : failing {
            // A list does not tell of failures.
            let details = try? await withTimeout(Self.patience) { try await client.app(app.id) }
            // A failure from before this configuration says nothing about it.
            let failure = (details.flatMap(\.self) ?? app).lastTaskFailure.flatMap {
                $0.timestamp >= app.configurationVersion ? $0 : nil
            }
            unhealthy.append(
                DeploymentFailure.Unhealthy(
                    appID: app.id, ready: readiness.ready, wanted: readiness.wanted,
                    outdated: readiness.outdated, isDeploying: readiness.isDeploying, lastTaskFailure: failure,
                    launchDelay: try? await withTimeout(Self.patience) { try await client.launchDelay(of: app.id) }))
        }
        return unhealthy
    }
}

extension DeploymentProgress {
    /// "step 1 of 2; /web 3 of 5 healthy, 4 others healthy"; of many apps that are not, "step 1 of 2; 7 of 40 apps healthy".
    fileprivate var sentence: String {
        let place = if let step, let steps { "step \(step) of \(steps); " } else { "" }
        let waiting = apps.filter { $0.ready < $0.wanted }
        let shown = waiting.isEmpty ? apps : waiting
        let others = apps.count - shown.count
        guard shown.count <= 5 else { return place + "\(apps.count - waiting.count) of \(apps.count) apps healthy" }
        return place + shown.map { "\($0.id) \($0.ready) of \($0.wanted) healthy" }.joined(separator: ", ")
            + (others == 0 ? "" : ", \(others) \(others == 1 ? "other" : "others") healthy")
    }
}
