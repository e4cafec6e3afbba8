import Foundation
import Logging
import Synchronization

/// Reads the managed apps in Marathon and compares them with the specs of one commit.
final class MarathonInspector: TargetInspector {
    /// Tasks shown of one app.
    private static let instanceLimit = 100
    /// Events about definitions. Waiting for a deployment does not need them.
    private static let eventTypes = ["api_post_event", "group_change_success", "deployment_info"]

    private let desired: DesiredApps
    private let agent: @Sendable (_ host: String) -> MesosAgent
    private let find: @Sendable (ContinuousClock.Instant) async throws -> MarathonClient
    /// Marathon is looked up again only after it did not respond.
    private let found = Mutex<MarathonClient?>(nil)

    init(
        desired: DesiredApps, agent: @escaping @Sendable (_ host: String) -> MesosAgent,
        find: @escaping @Sendable (ContinuousClock.Instant) async throws -> MarathonClient
    ) {
        self.desired = desired
        self.agent = agent
        self.find = find
    }

    func inspect(until deadline: ContinuousClock.Instant) async throws -> InspectedApps {
        do {
            let apps = try await desired.find(with: try await client(until: deadline))
            return InspectedApps(apps: summaries(of: apps), running: RunningCommit(apps: apps, of: desired.name))
        } catch let error as MarathonError where error.isTransient {
            found.withLock { $0 = nil }
            throw error
        }
    }

    func listen(didConnect: @Sendable () -> Void, _ didChange: @Sendable () -> Void) async throws {
        let client = try await client(until: .now + .seconds(20))
        let events = try await client.events(of: MarathonEvents.eventTypes + Self.eventTypes)
        didConnect()
        // An app of someone else may take the labels.
        let topics = desired.specs.apps.map(\.id) + ["\"\(DployLabel.app)\""]
        for try await event in events where topics.contains(where: event.data.contains) { didChange() }
    }

    func output(of app: String, lines: Int, until deadline: ContinuousClock.Instant) async throws -> [AppOutput] {
        try await TaskOutput(app: app, agent: agent, client: client).last(lines, until: deadline)
    }

    func follow(_ app: String, lines: Int, _ write: @escaping OutputWriter) async throws {
        try await TaskOutput(app: app, agent: agent, client: client).follow(after: lines, write)
    }

    private func client(until deadline: ContinuousClock.Instant) async throws -> MarathonClient {
        if let client = found.withLock(\.self) { return client.until(deadline) }
        let client = try await find(deadline)
        found.withLock { $0 = client }
        return client.until(deadline)
    }

    func summaries(of found: [MarathonApp]) -> [AppSummary] {
        let running = Dictionary(found.map { ($0.id, $0) }) { first, _ in first }
        let specified = desired.specs.apps.map { spec in
            guard let app = running[spec.id] else {
                return AppSummary(id: spec.id, wanted: spec.definition["instances"]?.wholeNumber ?? 1) {
                    $0.drift = .init(kind: .missing)
                }
            }
            let fields = app.drift(from: spec, name: desired.name)
            return summary(of: app, drift: fields.isEmpty ? nil : .init(kind: .changed, fields: fields))
        }
        let wanted = Set(desired.specs.apps.map(\.id))
        let fingerprints = Set(desired.specs.apps.map(\.fingerprint))
        let others = found.filter { !wanted.contains($0.id) && $0.labels[DployLabel.app] == desired.name }
        let left = others.map { app in
            let isCopy = app.labels[DployLabel.spec].map(fingerprints.contains) ?? false
            var summary = summary(of: app, drift: isCopy ? .init(kind: .copied) : nil)
            summary.isOrphaned = !isCopy
            return summary
        }
        return (specified + left).sorted { $0.id < $1.id }
    }

    private func summary(of app: MarathonApp, drift: AppSummary.Drift?) -> AppSummary {
        let readiness = AppReadiness(app, deployments: [])
        return AppSummary(id: app.id, healthy: readiness.ready, wanted: readiness.wanted) { summary in
            summary.commit = app.labels[DployLabel.commit]
            summary.since = Date(rfc3339: app.configurationVersion)
            summary.deployments = app.deployments ?? []
            summary.instances = (app.tasks ?? []).prefix(Self.instanceLimit).map { task in
                AppSummary.Instance(id: task.id, isCurrent: app.isCurrent(task)) { instance in
                    instance.host = task.host
                    instance.ports = task.ports
                    instance.state = task.state
                    instance.version = task.version
                    instance.isHealthy = task.isHealthy
                    instance.startedAt = task.startedAt
                }
            }
            summary.lastFailure = app.lastTaskFailure.map {
                .init(state: $0.state, message: $0.message, host: $0.host, at: Date(rfc3339: $0.timestamp))
            }
            summary.drift = drift
        }
    }
}
