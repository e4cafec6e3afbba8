import Foundation

/// Reads the containers of a project and compares them with the services of one commit.
struct ComposeInspector: TargetInspector {
    let project: ComposeProject
    let services: [ComposeService]
    let observe: @Sendable (DependencyObservation) -> Void

    func inspect(until deadline: ContinuousClock.Instant) async throws -> InspectedApps {
        do {
            let containers = try await project.engine.containers(of: project.name, until: deadline)
            observe(.answered)
            let release = try await BlockingWork.run { [project] in project.directory.release }
            return InspectedApps(
                apps: summaries(of: containers, release: release),
                running: RunningCommit(containers: containers, of: project.app))
        } catch let failure as ComposeFailure {
            observe(.failed(reason: failure.shortReason))
            throw failure
        }
    }

    var eventSource: String { project.name }

    func listen(didConnect: @Sendable () -> Void, _ didChange: @Sendable () -> Void) async throws {
        try await project.engine.listen(to: project.name, didConnect: didConnect, didChange)
    }

    func output(of app: String, lines: Int, until deadline: ContinuousClock.Instant) async throws -> [AppOutput] {
        try await ServiceOutput(project: project, service: app).last(lines, until: deadline)
    }

    func follow(_ app: String, lines: Int, _ write: @escaping OutputWriter) async throws {
        try await ServiceOutput(project: project, service: app).follow(after: lines, write)
    }

    func summaries(of containers: [Container], release: ComposeRelease?) -> [AppSummary] {
        let running = Dictionary(grouping: containers) { $0.service ?? "" }
        let described = services.map { service in
            summary(of: service, running[service.name] ?? [], release: release)
        }
        let wanted = Set(services.map(\.name))
        let left = running.filter { !wanted.contains($0.key) }.map { name, own in
            AppSummary(id: name, healthy: own.count { $0.state.status == "running" }, wanted: own.count) { summary in
                summary.fill(with: own, fingerprint: nil)
                summary.isOrphaned = true
            }
        }
        return (described + left).sorted { $0.id < $1.id }
    }

    private func summary(of service: ComposeService, _ own: [Container], release: ComposeRelease?) -> AppSummary {
        let readiness = ServiceReadiness(service, containers: own, settled: Set(own.map(\.id)))
        return AppSummary(id: service.name, healthy: readiness.healthy, wanted: readiness.wanted) { summary in
            summary.fill(with: own, fingerprint: service.fingerprint)
            guard !own.isEmpty else {
                if service.replicas > 0 { summary.drift = .init(kind: .missing) }
                return
            }
            let difference = ServiceDifference(of: own, from: service, release: release, app: project.app)
            // Sources that are not built yet are not drift.
            let fields = difference.fields.filter { $0.path != "/build/context" }
            if difference.isReplaced || !fields.isEmpty {
                let isForeign = own.contains { $0.fingerprint == nil }
                summary.drift = .init(kind: isForeign ? .recreated : .changed, fields: fields)
            }
        }
    }
}

extension AppSummary {
    /// - Parameter fingerprint: That of the service; nil if it is in no compose file.
    fileprivate mutating func fill(with containers: [Container], fingerprint: String?) {
        commit = containers.lazy.compactMap(\.commit).first
        since = containers.compactMap(\.createdAt).max()
        instances = containers.map { container in
            Instance(id: container.name, isCurrent: container.fingerprint == fingerprint) { instance in
                instance.ports = container.ports
                instance.state = container.state.status
                instance.isHealthy = container.state.health.map { $0 == .healthy }
                instance.startedAt = Date(rfc3339: String(container.state.startedAt.prefix(19)) + "Z")
            }
        }
        lastFailure = containers.lazy.compactMap(\.failure).first
    }
}

extension Container {
    /// How it ended although it should be running; nil for one that someone has paused.
    fileprivate var failure: AppSummary.Failure? {
        let hasEnded = isDown && (["exited", "dead"].contains(state.status) || state.error != nil)
        guard hasEnded || restartCount > 0 && state.exitCode != 0 else { return nil }
        let message = state.isOutOfMemory ? "out of memory" : state.error ?? "exit status \(state.exitCode)"
        return .init(state: state.status == "exited" ? "stopped" : state.status, message: message, host: "", at: nil)
    }
}

extension ComposeFailure {
    /// A few words.
    var shortReason: String {
        switch self {
        case .engineUnavailable(let reason), .clientMissing(_, let reason): reason
        default: "\(self)"
        }
    }
}
