import Foundation
package import Logging
import Synchronization

/// Deploys the compose file of a tree on this machine, or wherever the client of the container engine leads.
package struct ComposeTarget: DeploymentTarget {
    /// The result of `apply`.
    package struct Applied: Sendable {
        let plan: ComposePlan
        let result: ComposeWork.Result
    }

    let settings: ComposeSettings
    let environment: [String: String]
    let directory: ComposeDirectory
    let prunes: Bool
    let timeout: Duration
    /// The limits of a watch.
    var limits = ContainerHistory.Limits()
    let observe: @Sendable (DependencyObservation) -> Void
    let logger: Logger
    private let found = ToolsCache()

    /// - Parameters:
    ///   - environment: Compose inherits it, except for variables with a secret.
    ///   - stateDirectory: Where the trees are kept.
    ///   - observe: Called with the result of each request to the container engine.
    package init(
        settings: TargetSettings, environment: [String: String], stateDirectory: String, redactor: Redactor,
        logger: Logger, observe: @escaping @Sendable (DependencyObservation) -> Void = { _ in }
    ) {
        self.settings = settings.compose
        var environment = environment.withoutSecrets(redactor)
        // It would change the working directory of podman-compose.
        environment["COMPOSE_PROJECT_DIR"] = nil
        environment["COMPOSE_ANSI"] = "never"
        environment["DOCKER_CLI_HINTS"] = "false"
        self.environment = environment
        directory = ComposeDirectory(in: stateDirectory)
        prunes = settings.marathon.prunes
        timeout = settings.timeout
        self.observe = observe
        self.logger = logger
    }

    package var selection: TreeSelection { .everything }
    package var runsPrograms: Bool { true }

    package func plan(_ source: DeploymentSource, until deadline: ContinuousClock.Instant) async throws -> ComposePlan {
        // An observer that was killed left Compose running: the containers change until that has ended. A plan for an
        // operator does not wait.
        if source.reason != .plan { try await LeftoverProcess(file: directory.processFile).end() }
        let (project, digests, services) = try await read(source, until: deadline)
        let containers: [Container]
        do {
            containers = try await project.engine.containers(of: project.name, until: deadline)
            observe(.answered)
        } catch let failure as ComposeFailure {
            observe(.failed(reason: failure.shortReason))
            throw failure
        }
        let elsewhere = try await containersElsewhere(project, besides: containers, until: deadline)
        let release = try await BlockingWork.run { [directory] in directory.release }
        let rules = ComposeChanges.Rules(
            app: project.app, isForced: source.isForced, prunes: prunes, correction: source.correction)
        return ComposePlan(
            source: source, project: project, files: digests.files, services: services, containers: containers,
            elsewhere: elsewhere, release: release,
            decision: .make(desired: services, containers: containers, release: release, rules: rules))
    }

    package func apply(
        _ plan: ComposePlan, recorder: DeploymentRecorder, until deadline: ContinuousClock.Instant
    ) async throws -> Applied {
        let work = ComposeWork(plan: plan, recorder: recorder, deadline: deadline)
        return Applied(plan: plan, result: try await work.apply())
    }

    /// Waits for all services of the compose file, then removes what the plan removes.
    package func watch(
        _ applied: Applied, recorder: DeploymentRecorder, until deadline: ContinuousClock.Instant
    ) async throws -> String {
        let (plan, project) = (applied.plan, applied.plan.project)
        let watch = watch(project, recorder)
        if let failure = applied.result.failure {
            throw try await explained(failure, plan, watch)
        }
        let correction = plan.source.correction
        let services = plan.services.filter { correction?.includes($0.name) ?? true }
        let containers: [Container]
        do {
            containers = try await watch.wait(for: services, before: plan.containers, until: deadline)
        } catch let failure as ComposeFailure {
            throw plan.noting(failure)
        }
        await recorder.log.write("healthy", services.map(\.name).joined(separator: ", "))
        try await recorder.settle()
        let removed = plan.decision.removed
        if !removed.isEmpty {
            try await project.engine.remove(
                containers.filter { removed.contains($0.service ?? "") }, until: max(deadline, .now + .seconds(30)))
            await recorder.log.write("removed", removed.joined(separator: ", "))
        }
        if !plan.decision.orphaned.isEmpty {
            await recorder.log.write(
                "orphaned",
                "\(plan.decision.orphaned.joined(separator: ", ")): not in the compose file; -prune removes such services",
                level: .warning)
        }
        try await record(applied, containers)
        return plan.summary
    }

    package func restore(
        _ applied: Applied, recorder: DeploymentRecorder, because failure: any DeploymentFailure
    ) async throws -> RestoreOutcome {
        let result = applied.result
        guard !result.changed.isEmpty || !result.stopped.isEmpty || result.failure != nil else { return .unneeded }
        await recorder.log.write("unhealthy", "\(failure)", level: .warning)
        try await recorder.record(rollback: [], because: "\(failure)")
        let rollback = ComposeRollback(
            plan: applied.plan, result: result, watch: watch(applied.plan.project, recorder), recorder: recorder,
            timeout: timeout)
        return try await rollback.run()
    }

    package func inspector(for source: DeploymentSource) async throws -> (any TargetInspector)? {
        let (project, _, services) = try await read(source, until: .now + .seconds(30))
        return ComposeInspector(project: project, services: services, observe: observe)
    }

    package var decisionStore: (any DecisionStore)? {
        ComposeDecisions { [self] in
            ContainerEngine(tools: try await tools(), environment: environment, directory: "/")
        }
    }

    func tools() async throws -> ComposeTools {
        try await found.get {
            try await ComposeTools.find(settings.command, environment: environment, directory: "/")
        }
    }

    private func watch(_ project: ComposeProject, _ recorder: DeploymentRecorder) -> ComposeWatch {
        ComposeWatch(
            engine: project.engine, project: project.name, limits: limits, recorder: recorder, logger: logger)
    }

    /// The failure of Compose with the services that are broken, or hold a port that it needs.
    private func explained(
        _ failure: ComposeFailure, _ plan: ComposePlan, _ watch: ComposeWatch
    ) async throws -> ComposeFailure {
        guard case .ended = failure else { return failure }
        let broken = (try? await watch.unhealthy(of: plan.services, until: .now + .seconds(10))) ?? []
        return plan.noting(failure, broken: broken.map(\.description))
    }

    /// The containers that earlier deployments of this branch left running in projects with another name: Compose labels them
    /// with the directory of their tree.
    private func containersElsewhere(
        _ project: ComposeProject, besides known: [Container], until deadline: ContinuousClock.Instant
    ) async throws -> [Container] {
        do {
            return try await project.engine.managedContainers(besides: known, until: deadline).filter { container in
                container.isUp && container.project != project.name
                    && (container.directory.map(directory.isLive) ?? false)
            }
        } catch let failure as ComposeFailure {
            // The plan is right without them.
            logger.warning("Can't look for other projects of this branch: \(failure)")
            return []
        }
    }

    private func record(_ applied: Applied, _ containers: [Container]) async throws {
        let (plan, project) = (applied.plan, applied.plan.project)
        let own = { (service: ComposeService) in containers.first { $0.service == service.name } }
        let images = plan.services.compactMap { service -> (String, ComposeRelease.Image)? in
            guard let container = own(service), let name = container.imageName ?? service.image else { return nil }
            return (service.name, .init(name: name, id: container.image))
        }
        let hashes = plan.services.compactMap { service in own(service)?.configHash.map { (service.name, $0) } }
        let release = ComposeRelease(
            commit: plan.source.commit.id.description, project: project.name, files: project.program.files,
            version: project.version, services: plan.services, labels: applied.result.labels,
            images: Dictionary(images) { first, _ in first }, hashes: Dictionary(hashes) { first, _ in first },
            profiles: project.program.environment[ComposeProfiles.variable])
        try await ComposeFailure.onDisk(.record) { [directory] in try directory.record(release) }
    }
}

/// The tools, which are searched again only if none worked.
final class ToolsCache: Sendable {
    private let found = Mutex<ComposeTools?>(nil)

    func get(_ find: () async throws -> ComposeTools) async throws -> ComposeTools {
        if let known = found.withLock(\.self) { return known }
        let tools = try await find()
        found.withLock { $0 = tools }
        return tools
    }
}
