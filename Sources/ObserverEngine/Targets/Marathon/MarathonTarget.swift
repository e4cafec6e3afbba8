package import Logging

/// The result of a lookup of Marathon, or of a request to it.
package enum MarathonReport: Sendable {
    case found(ServiceURL)
    case observed(DependencyObservation)
}

/// Deploys the app specs of a tree to Marathon: all new and changed apps in one Marathon deployment.
package struct MarathonTarget: DeploymentTarget {
    /// The result of `apply`.
    package struct Applied: Sendable {
        let plan: MarathonPlan
        /// The specs to roll back: those applied by this deployment, or by an interrupted one before it.
        let changed: [AppSpec]
    }

    private let http: HTTPTransport
    private let address: MarathonAddress
    private let access: MarathonAccess
    private let group: String
    private let agentPort: Int
    private let prunes: Bool
    private let timeout: Duration
    private let report: @Sendable (MarathonReport) -> Void
    private let logger: Logger
    private let watched = WatchedApps()

    package init(
        http: HTTPTransport, address: MarathonAddress, settings: TargetSettings, redactor: Redactor, logger: Logger,
        report: @escaping @Sendable (MarathonReport) -> Void = { _ in }
    ) {
        self.http = http
        self.address = address
        access = MarathonAccess(settings.marathon, redactor: redactor)
        group = settings.appID.map(MarathonPath.parent) ?? "/"
        prunes = settings.marathon.prunes
        agentPort = settings.marathon.agentPort
        timeout = settings.timeout
        self.report = report
        self.logger = logger
    }

    package var selection: TreeSelection { .only(SpecReader.files) }

    package func plan(
        _ source: DeploymentSource, until deadline: ContinuousClock.Instant
    ) async throws -> MarathonPlan {
        let (desired, descriptor) = try await BlockingWork.runLong { try read(source) }
        let client = try await client(for: descriptor, until: deadline)
        let snapshot = try await Retry(until: deadline, logger: logger) { try await desired.compare(with: client) }
        return MarathonPlan(desired: desired, snapshot: snapshot, client: client)
    }

    package func apply(
        _ plan: MarathonPlan, recorder: DeploymentRecorder, until deadline: ContinuousClock.Instant
    ) async throws -> Applied {
        let work = MarathonWork(plan: plan, recorder: recorder, deadline: deadline, logger: logger)
        return Applied(plan: plan, changed: try await work.apply())
    }

    /// Waits for all apps of the specs, including those that this commit does not change: they may not have started yet, and a
    /// success means that what the commit wants is running. A correction of drift concerns its own apps only. Then removes
    /// what the plan removes.
    package func watch(
        _ applied: Applied, recorder: DeploymentRecorder, until deadline: ContinuousClock.Instant
    ) async throws -> String {
        let plan = applied.plan
        let correction = plan.desired.source.correction
        let apps = plan.desired.specs.apps.filter { correction?.includes($0.id) ?? true }
        if !apps.isEmpty {
            let watch = HealthWatch(client: plan.client, recorder: recorder, deadline: deadline, logger: logger)
            try await watch.wait(
                for: Dictionary(uniqueKeysWithValues: apps.map { ($0.id, $0.fingerprint) }),
                deployments: Set(await recorder.deployment.externalIDs), timeout: timeout)
            await recorder.log.write("healthy", apps.map(\.id).joined(separator: ", "))
        }
        let work = MarathonWork(plan: plan, recorder: recorder, deadline: deadline, logger: logger)
        try await work.remove(plan.snapshot.changes.removed)
        let orphaned = plan.snapshot.changes.orphaned
        if !orphaned.isEmpty {
            await recorder.log.write(
                "orphaned", "\(orphaned.joined(separator: ", ")): no longer in any spec; -prune removes such apps",
                level: .warning)
        }
        return plan.summary
    }

    package func restore(
        _ applied: Applied, recorder: DeploymentRecorder, because failure: any DeploymentFailure
    ) async throws -> RestoreOutcome {
        guard !applied.changed.isEmpty else { return .unneeded }
        await recorder.log.write("unhealthy", "\(failure)", level: .warning)
        let deadline = ContinuousClock.now + timeout
        let rollback = MarathonRollback(
            client: applied.plan.client.until(deadline), source: applied.plan.desired.source, recorder: recorder,
            deadline: deadline, timeout: timeout, logger: logger)
        return try await rollback.run(applied.changed, because: failure)
    }

    package func inspector(for source: DeploymentSource) throws(SpecFailure) -> (any TargetInspector)? {
        let (desired, descriptor) = try read(source)
        let (http, port) = (http, agentPort)
        return MarathonInspector(desired: desired, watched: watched) {
            MesosAgent(http: http, host: $0, port: port)
        } find: { deadline in
            try await client(for: descriptor, until: deadline)
        }
    }

    package func checks() async throws -> [Finding] {
        let discovery = address.isFixed ? nil : try await address.mesosDNS.check(isNeeded: true)
        return [discovery, try await check()].compactMap(\.self)
    }

    package var decisionStore: (any DecisionStore)? {
        MarathonDecisions(group: group) { deadline in
            try await find(for: AppDescriptor(), until: deadline)
        }
    }

    private func check() async throws -> Finding {
        do {
            let url = try await address.find(for: AppDescriptor())
            let version = try await MarathonClient(http: http, url: url, access: access).version()
            return Finding(.marathon, .ok, "\(version) at \(url)")
        } catch let unknown as MarathonAddress.Unknown {
            let sentence = "\(unknown.search). Only marathon_url in the dploy.app of a commit can still provide it."
            return Finding(.marathon, .warning, sentence, remedy: unknown.remedy)
        } catch let error as MarathonError {
            return Finding(
                .marathon, .failure, "\(error)", remedy: "Check -marathon, and Marathon itself at this address.")
        }
    }

    private func read(_ source: DeploymentSource) throws(SpecFailure) -> (DesiredApps, AppDescriptor) {
        let (descriptor, name) = try SpecReader.readDescriptor(in: source.root, leftOut: source.leftOut)
        let specs = try SpecReader.read(in: source.root, leftOut: source.leftOut)
        return (DesiredApps(source: source, name: name, specs: specs, prunes: prunes), descriptor)
    }

    private func client(
        for descriptor: AppDescriptor, until deadline: ContinuousClock.Instant
    ) async throws -> MarathonClient {
        try await Retry(until: deadline, logger: logger) { try await find(for: descriptor, until: deadline) }
    }

    private func find(
        for descriptor: AppDescriptor, until deadline: ContinuousClock.Instant
    ) async throws -> MarathonClient {
        let url: ServiceURL
        do {
            url = try await address.find(for: descriptor)
        } catch let unknown as MarathonAddress.Unknown {
            report(.observed(.failed(reason: "address unknown")))
            throw unknown
        }
        report(.found(url))
        let client = MarathonClient(http: http, url: url, access: access) { [report] in report(.observed($0))
        }
        return client.until(deadline)
    }
}
