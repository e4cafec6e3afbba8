import Foundation

/// Changes over time: tasks start, become healthy, crash and stop; deployments progress.
extension MarathonWorld {
    /// When the next change happens.
    var nextDeadline: Date? {
        let apps = Array(apps.values) + Array(dying.values)
        let tasks = apps.flatMap(\.tasks).compactMap(\.deadline)
        let launches = apps.filter { $0.currentTasks.count < $0.launchTarget }.compactMap(\.launchesAfter)
        return (tasks + launches).min()
    }

    /// Applies all changes that are due.
    mutating func advance(to now: Date) {
        var isChanging = true
        while isChanging {
            isChanging = false
            for id in apps.keys.sorted() { isChanging = advanceApp(id, in: \.apps, to: now) || isChanging }
            for id in dying.keys.sorted() { isChanging = advanceApp(id, in: \.dying, to: now) || isChanging }
            isChanging = advanceDeployments(to: now) || isChanging
        }
    }

    private mutating func advanceApp(
        _ id: String,
        in place: WritableKeyPath<MarathonWorld, [String: SimulatedApp]>,
        to now: Date
    ) -> Bool {
        guard var app = self[keyPath: place][id] else { return false }
        var hasChanged = false
        for task in app.tasks where task.deadline.map({ $0 <= now }) ?? false {
            advance(task, of: &app, to: now)
            hasChanged = true
        }
        hasChanged = launchAndKill(&app, at: now) || hasChanged
        self[keyPath: place][id] = app
        return hasChanged
    }

    private mutating func advance(_ task: SimulatedTask, of app: inout SimulatedApp, to now: Date) {
        guard let index = app.tasks.firstIndex(where: { $0.id == task.id }) else { return }
        if let diesAt = task.diesAt, diesAt <= now {
            app.tasks.remove(at: index)
            emitStatus(of: task, "TASK_KILLED", app: app, at: now)
        } else if task.crashesAt != nil {
            app.tasks.remove(at: index)
            crash(task, of: &app, at: now)
        } else if task.state == .staging {
            app.tasks[index].state = .running
            app.tasks[index].startedAt = now
            emitStatus(of: app.tasks[index], "TASK_RUNNING", app: app, at: now)
        } else {
            let isAlive = task.becomesHealthyAt.map { $0 <= now } ?? false
            app.tasks[index].isAlive = isAlive
            app.tasks[index].becomesHealthyAt = nil
            app.tasks[index].becomesUnhealthyAt = nil
            emit(
                "health_status_changed_event",
                [
                    "appId": .string(app.id), "instanceId": .string(task.id), "version": .string(task.version),
                    "alive": .bool(isAlive),
                ],
                at: now
            )
        }
    }

    private mutating func crash(_ task: SimulatedTask, of app: inout SimulatedApp, at now: Date) {
        var message = "Command exited with status 1"
        if case .crashing(let text) = behaviour(of: app.id) { message = text }
        app.lastTaskFailure = [
            "appId": .string(app.id), "host": .string(task.host), "message": .string(message), "state": "TASK_FAILED",
            "taskId": .string(task.id), "timestamp": .string(Timestamp.milliseconds(now)),
            "version": .string(task.version), "slaveId": .string(task.slaveID),
        ]
        app.failures += 1
        app.launchesAfter = now + timing.backoff * pow(1.15, Double(app.failures - 1))
        emitStatus(of: task, "TASK_FAILED", app: app, message: message, at: now)
    }

    private mutating func launchAndKill(_ app: inout SimulatedApp, at now: Date) -> Bool {
        let missing = app.launchTarget - app.currentTasks.count
        if missing < 0 {
            for task in app.currentTasks.suffix(-missing) { kill(task, of: &app, at: now) }
            return true
        }
        guard missing > 0, behaviour(of: app.id) != .noOffers, app.launchesAfter.map({ $0 <= now }) ?? true else {
            return false
        }
        for _ in 0..<missing { launch(&app, at: now) }
        app.launchesAfter = nil
        return true
    }

    func kill(_ task: SimulatedTask, of app: inout SimulatedApp, at now: Date) {
        guard let index = app.tasks.firstIndex(where: { $0.id == task.id }), task.diesAt == nil else { return }
        app.tasks[index].diesAt = now + timing.kill
    }

    mutating func emitStatus(
        of task: SimulatedTask,
        _ status: String,
        app: SimulatedApp,
        message: String = "",
        at now: Date
    ) {
        emit(
            "status_update_event",
            [
                "slaveId": .string(task.slaveID), "taskId": .string(task.id), "taskStatus": .string(status),
                "message": .string(message), "appId": .string(app.id), "host": .string(task.host),
                "ipAddresses": [["ipAddress": .string(task.host), "protocol": "IPv4"]],
                "ports": .array(task.ports.map(JSON.integer)), "version": .string(task.version),
            ],
            at: now
        )
        let condition = status.dropFirst("TASK_".count).lowercased()
        emit(
            "instance_changed_event",
            [
                "instanceId": .string(task.id),
                "condition": .string(condition.prefix(1).uppercased() + condition.dropFirst()),
                "runSpecId": .string(app.id), "agentId": .string(task.slaveID), "host": .string(task.host),
                "runSpecVersion": .string(task.version),
            ],
            at: now
        )
    }
}
