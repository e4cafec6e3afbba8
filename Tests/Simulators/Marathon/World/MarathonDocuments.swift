import Foundation

/// The JSON documents in Marathon's responses.
extension MarathonWorld {
    /// An app with its task counts and deployments, and optionally its tasks and last failure.
    func appDocument(_ app: SimulatedApp, withTasks: Bool) -> JSON {
        let health = app.runningTasks.map(\.isAlive)
        var document = versionDocument(app.definition, app.version).merging([
            "versionInfo": [
                "lastScalingAt": .string(app.lastScalingAt), "lastConfigChangeAt": .string(app.lastConfigChangeAt),
            ],
            "tasksStaged": .integer(app.tasks.count { $0.state == .staging }),
            "tasksRunning": .integer(app.runningTasks.count),
            "tasksHealthy": .integer(app.hasHealthChecks ? health.count { $0 == true } : 0),
            "tasksUnhealthy": .integer(app.hasHealthChecks ? health.count { $0 == false } : 0),
            "deployments": .array(deployments(of: app.id).map { ["id": .string($0.id)] }),
        ])
        if withTasks {
            document["tasks"] = .array(app.tasks.map { taskDocument($0, of: app) })
            if let failure = app.lastTaskFailure { document["lastTaskFailure"] = failure }
        }
        return document
    }

    func versionDocument(_ definition: JSON, _ version: String) -> JSON {
        definition.merging(["version": .string(version)])
    }

    func taskDocument(_ task: SimulatedTask, of app: SimulatedApp) -> JSON {
        var document: JSON = [
            "id": .string(task.id), "appId": .string(app.id), "host": .string(task.host),
            "ports": .array(task.ports.map(JSON.integer)),
            "servicePorts": .array(AppRules.servicePorts(of: app.definition).map(JSON.integer)),
            "slaveId": .string(task.slaveID), "state": .string(task.state.rawValue),
            "stagedAt": .string(Timestamp.milliseconds(task.stagedAt)),
            "startedAt": JSON(task.startedAt.map(Timestamp.milliseconds)), "version": .string(task.version),
            "ipAddresses": [["ipAddress": .string(task.host), "protocol": "IPv4"]],
        ]
        if app.hasHealthChecks, let isAlive = task.isAlive {
            let moment = JSON(task.startedAt.map(Timestamp.milliseconds))
            document["healthCheckResults"] = [
                [
                    "alive": .bool(isAlive), "consecutiveFailures": isAlive ? 0 : 1,
                    "firstSuccess": isAlive ? moment : .null, "lastSuccess": isAlive ? moment : .null,
                    "lastFailure": isAlive ? .null : moment,
                    "lastFailureCause": isAlive ? .null : "503 Service Unavailable", "instanceId": .string(task.id),
                ]
            ]
        }
        return document
    }

    var rootDocument: JSON { groupDocument("/") }

    /// A group with everything in it.
    func groupDocument(_ id: String) -> JSON {
        let apps = apps.values.filter { PathID.parent(of: $0.id) == id }.sorted { $0.id < $1.id }
        let groups = groups.keys.filter { $0 != "/" && PathID.parent(of: $0) == id }.sorted()
        let version = self.apps.values.map(\.version).max() ?? "1970-01-01T00:00:00.000Z"
        return [
            "id": .string(id), "apps": .array(apps.map { versionDocument($0.definition, $0.version) }),
            "groups": .array(groups.map(groupDocument)), "pods": [],
            "dependencies": JSON(strings: self.groups[id] ?? []), "version": .string(version),
        ]
    }

    func queueDocument(at now: Date) -> JSON {
        let waiting = apps.values.filter { $0.currentTasks.count < $0.launchTarget }.sorted { $0.id < $1.id }
        return [
            "queue": .array(
                waiting.map { app in
                    let left = app.launchesAfter.map { max($0.timeIntervalSince(now), 0).rounded(.up) } ?? 0
                    return [
                        "count": .integer(app.launchTarget - app.currentTasks.count),
                        "delay": ["timeLeftSeconds": .integer(Int(left)), "overdue": .bool(left == 0)],
                        "since": .string(app.version), "app": versionDocument(app.definition, app.version),
                    ]
                })
        ]
    }
}

extension SimulatedDeployment {
    /// An entry in the response of `GET /v2/deployments`.
    var document: JSON {
        [
            "id": .string(id), "version": .string(version), "affectedApps": JSON(strings: affectedApps),
            "affectedPods": [], "steps": stepDocuments,
            "currentActions": .array(
                currentActions.map { $0.document.merging(["readinessCheckResults": []]) }),
            "currentStep": .integer(currentStep + 1), "totalSteps": .integer(steps.count),
        ]
    }

    /// The plan, as in events.
    var plan: JSON {
        [
            "id": .string(id), "original": originalRoot, "target": targetRoot, "steps": stepDocuments,
            "version": .string(version),
        ]
    }

    var stepDocument: JSON { ["actions": .array(currentActions.map(\.document))] }

    var stepDocuments: JSON {
        .array(steps.map { step in ["actions": .array(step.map(\.document))] })
    }
}

extension SimulatedDeployment.Action {
    var document: JSON { ["action": .string(kind.rawValue), "app": .string(app)] }
}
