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
    private let watched: WatchedApps
    private let agent: @Sendable (_ host: String) -> MesosAgent
    private let find: @Sendable (ContinuousClock.Instant) async throws -> MarathonClient
    /// Marathon is looked up again only after it did not respond.
    private let found = Mutex<MarathonClient?>(nil)

    init(
        desired: DesiredApps, watched: WatchedApps, agent: @escaping @Sendable (_ host: String) -> MesosAgent,
        find: @escaping @Sendable (ContinuousClock.Instant) async throws -> MarathonClient
    ) {
        self.desired = desired
        self.watched = watched
        self.agent = agent
        self.find = find
    }

    func inspect(until deadline: ContinuousClock.Instant) async throws -> InspectedApps {
        watched.set(desired)
        do {
            let apps = try await desired.find(with: try await client(until: deadline))
            return InspectedApps(apps: summaries(of: apps), running: RunningCommit(apps: apps, of: desired))
        } catch let error as MarathonError where error.isTransient {
            found.withLock { $0 = nil }
            throw error
        }
    }

    func listen(didConnect: @Sendable () -> Void, _ didChange: @Sendable () -> Void) async throws {
        watched.set(desired)
        let client = try await client(until: .now + .seconds(20))
        let events = try await client.events(of: MarathonEvents.eventTypes + Self.eventTypes)
        didConnect()
        for try await event in events where watched.areMentioned(in: event.data) { didChange() }
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
        let others = UnspecifiedApps(among: found, of: desired.name, besides: desired.specs)
        let left = others.left.map { app in
            var summary = summary(of: app, drift: nil)
            summary.isOrphaned = true
            return summary
        }
        let copied = others.copied.map { summary(of: $0, drift: .init(kind: .copied)) }
        return (specified + left + copied).sorted { $0.id < $1.id }
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

/// The apps whose events matter. An inspector listens for as long as it is connected; meanwhile newer specs may be deployed,
/// which another inspector reads.
final class WatchedApps: Sendable {
    private let ids = Mutex<[String]>([])

    func set(_ desired: DesiredApps) {
        ids.withLock { $0 = desired.specs.apps.map(\.id) }
    }

    /// Whether an event may be about one of them. An app of someone else may take the labels.
    func areMentioned(in event: String) -> Bool {
        event.contains("\"\(DployLabel.app)\"") || ids.withLock(\.self).contains(where: event.contains)
    }
}
