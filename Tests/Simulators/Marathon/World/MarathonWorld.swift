import Foundation

/// Everything that Marathon knows. A value: requests and the passing of time change it, and it tells when it wants
/// to be changed next.
package struct MarathonWorld: Sendable {
    package internal(set) var apps: [String: SimulatedApp] = [:]
    /// The dependencies of each group by its id; the root group `/` is always there.
    package internal(set) var groups: [String: [String]] = ["/": []]
    /// The running deployments, oldest first.
    package internal(set) var deployments: [SimulatedDeployment] = []
    package internal(set) var isLeaderless = false

    var behaviours: [String: MarathonBehaviour] = [:]
    let defaultBehaviour: MarathonBehaviour
    let timing: MarathonTiming
    /// Apps that are gone already, but whose tasks are not.
    var dying: [String: SimulatedApp] = [:]
    /// What has happened since the events were last taken.
    private var events: [MarathonEvent] = []
    private var lastVersion = Date.distantPast
    private var lastServicePort = 9_999
    private var launches = 0

    init(behaviour: MarathonBehaviour, timing: MarathonTiming) {
        defaultBehaviour = behaviour
        self.timing = timing
    }

    /// The deployments that an app takes part in.
    package func deployments(of app: String) -> [SimulatedDeployment] {
        deployments.filter { $0.affectedApps.contains(app) }
    }

    var root: MarathonRoot { MarathonRoot(apps: apps.mapValues(\.definition), groups: groups) }

    func behaviour(of app: String) -> MarathonBehaviour { behaviours[app] ?? defaultBehaviour }

    mutating func emit(_ type: String, _ members: JSON, at now: Date) {
        events.append(MarathonEvent(type: type, members: members, timestamp: Timestamp.milliseconds(now)))
    }

    mutating func takeEvents() -> [MarathonEvent] {
        defer { events = [] }
        return events
    }

    /// A version that is later than all before.
    mutating func nextVersion(_ now: Date) -> String {
        lastVersion = max(now, lastVersion.addingTimeInterval(0.001))
        return Timestamp.milliseconds(lastVersion)
    }

    mutating func nextServicePort() -> Int {
        lastServicePort += 1
        return lastServicePort
    }

    /// Completes a definition for an app id, keeping the service ports of the one that it replaces.
    mutating func complete(_ app: JSON, id: String) -> JSON {
        var port = lastServicePort
        let normalization = AppNormalization {
            port += 1
            return port
        }
        let complete = normalization.complete(app, id: id, replacing: apps[id]?.definition)
        lastServicePort = port
        return complete
    }

    mutating func launch(_ app: inout SimulatedApp, at now: Date) {
        launches += 1
        let behaviour = behaviour(of: app.id)
        let name = app.id.dropFirst().replacing("/", with: "_")
        let isPublic = launches.isMultiple(of: 2)
        var task = SimulatedTask(
            id: "\(name).\(UUID().uuidString.lowercased())",
            version: app.version,
            stagedAt: now,
            host: isPublic ? "10.0.7.91" : "10.0.3.12",
            ports: AppRules.servicePorts(of: app.definition).indices.map { 31_000 + (launches * 4 + $0) % 900 },
            slaveID: isPublic ? "65e5738f-S0" : "65e5738f-S1",
            startsAt: now + timing.start
        )
        switch behaviour {
        case .healthy(let after):
            task.startsAt = now + (after / 2)
            task.becomesHealthyAt = now + after
        case .runningWithoutHealthChecks(let after): task.startsAt = now + after
        case .neverHealthy: task.becomesUnhealthyAt = now + timing.start + timing.start
        case .crashing: task.crashesAt = now + timing.crash
        case .noOffers: return
        }
        if !app.hasHealthChecks {
            task.becomesHealthyAt = nil
            task.becomesUnhealthyAt = nil
        }
        app.tasks.append(task)
        emitStatus(of: task, "TASK_STAGING", app: app, at: now)
    }
}

extension Date {
    static func + (date: Date, duration: Duration) -> Date {
        date.addingTimeInterval(duration / .seconds(1))
    }
}
