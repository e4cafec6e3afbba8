import Foundation

/// The complete state of Marathon, as a value. Requests and time change it; ``nextDeadline`` is when it changes next.
package struct MarathonWorld: Sendable {
    package internal(set) var apps: [String: SimulatedApp] = [:]
    /// The dependencies of each group by id. Always contains the root group `/`.
    package internal(set) var groups: [String: [String]] = ["/": []]
    /// The running deployments, oldest first.
    package internal(set) var deployments: [SimulatedDeployment] = []
    package internal(set) var isLeaderless = false

    var behaviours: [String: MarathonBehaviour] = [:]
    let defaultBehaviour: MarathonBehaviour
    let timing: MarathonTiming
    /// Deleted apps that still have tasks.
    var dying: [String: SimulatedApp] = [:]
    /// The events since the last call of ``takeEvents()``.
    private var events: [MarathonEvent] = []
    private var lastVersion = Date.distantPast
    private var lastServicePort = 9_999
    private var launches = 0

    /// The host of every task; nil for recorded ones.
    private let agentHost: String?

    init(behaviour: MarathonBehaviour, timing: MarathonTiming, agentHost: String? = nil) {
        defaultBehaviour = behaviour
        self.timing = timing
        self.agentHost = agentHost
    }

    /// The deployments that affect an app.
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

    /// A version that is later than all previous ones.
    mutating func nextVersion(_ now: Date) -> String {
        lastVersion = max(now, lastVersion.addingTimeInterval(0.001))
        return Timestamp.milliseconds(lastVersion)
    }

    /// Completes the definition of an app, keeping the service ports of the previous one.
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
            host: agentHost ?? (isPublic ? "10.0.7.91" : "10.0.3.12"),
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

/// State that tests add without a request.
extension MarathonWorld {
    /// Adds a running app, as if it had been deployed long ago.
    mutating func addRunningApp(_ definition: JSON, at now: Date) {
        let id = PathID.absolute(definition["id"]?.string ?? "")
        var target = root
        target.addAncestors(of: id)
        groups = target.groups
        var app = SimulatedApp(id: id, definition: complete(definition, id: id), version: nextVersion(now))
        app.launchTarget = app.instances
        for _ in 0..<app.instances { launch(&app, at: now) }
        for index in app.tasks.indices {
            app.tasks[index].state = .running
            app.tasks[index].startedAt = now
            if app.hasHealthChecks, app.tasks[index].becomesHealthyAt != nil {
                app.tasks[index].isAlive = true
                app.tasks[index].becomesHealthyAt = nil
            }
        }
        apps[id] = app
    }

    /// Locks an app with the deployment of another user until that is cancelled. Returns the ID of the deployment.
    mutating func lock(_ app: String, at now: Date) -> String {
        let deployment = SimulatedDeployment(
            id: UUID().uuidString.lowercased(),
            version: nextVersion(now),
            steps: [[SimulatedDeployment.Action(kind: .scale, app: app)]],
            isStuck: true,
            before: [app: apps[app]?.definition],
            originalRoot: rootDocument,
            targetRoot: rootDocument
        )
        deployments.append(deployment)
        emit("deployment_info", ["plan": deployment.plan, "currentStep": deployment.stepDocument], at: now)
        return deployment.id
    }
}
