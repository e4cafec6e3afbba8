package import struct Foundation.Date

/// An app in Marathon.
package struct SimulatedApp: Sendable, Identifiable {
    package let id: String
    /// The complete definition, without runtime information.
    package internal(set) var definition: JSON
    package internal(set) var version: String
    package internal(set) var lastScalingAt: String
    package internal(set) var lastConfigChangeAt: String
    package internal(set) var tasks: [SimulatedTask] = []
    package internal(set) var lastTaskFailure: JSON?
    /// All versions, oldest first.
    package internal(set) var versions: [(version: String, definition: JSON)] = []

    /// The current target number of tasks with the current configuration. A deployment raises it step by step.
    var launchTarget = 0
    var failures = 0
    var launchesAfter: Date?

    init(id: String, definition: JSON, version: String) {
        self.id = id
        self.definition = definition
        self.version = version
        lastScalingAt = version
        lastConfigChangeAt = version
        versions = [(version, definition)]
    }

    package var instances: Int { definition["instances"]?.integer ?? 1 }
    package var labels: [String: String] { (definition["labels"]?.object ?? [:]).compactMapValues(\.string) }
    package var hasHealthChecks: Bool { definition["healthChecks"]?.array?.isEmpty == false }
    package var runningTasks: [SimulatedTask] { tasks.filter { $0.state == .running } }

    /// Whether all instances run the current configuration and are healthy, and no other tasks exist.
    package var isReady: Bool {
        tasks.count == instances && tasks.allSatisfy { isCurrent($0) && isReady($0) }
    }

    func isCurrent(_ task: SimulatedTask) -> Bool { task.version >= lastConfigChangeAt }

    func isReady(_ task: SimulatedTask) -> Bool {
        task.state == .running && (!hasHealthChecks || task.isAlive == true)
    }

    var currentTasks: [SimulatedTask] { tasks.filter { isCurrent($0) && $0.diesAt == nil } }
    var oldTasks: [SimulatedTask] { tasks.filter { !isCurrent($0) } }

    /// Applies a new definition. It counts as scaling if only the number of instances differs.
    mutating func update(_ definition: JSON, version: String) {
        let isScaling = self.definition.removing("instances") == definition.removing("instances")
        launchTarget = isScaling ? currentTasks.count : 0
        self.definition = definition
        self.version = version
        lastScalingAt = version
        if !isScaling {
            lastConfigChangeAt = version
            failures = 0
            launchesAfter = nil
        }
        versions.append((version, definition))
    }
}

/// An instance of an app that is starting, running or stopping.
package struct SimulatedTask: Sendable, Identifiable {
    package enum State: String, Sendable {
        case staging = "TASK_STAGING"
        case running = "TASK_RUNNING"
    }

    package let id: String
    package let version: String
    package let stagedAt: Date
    package internal(set) var state = State.staging
    package internal(set) var startedAt: Date?
    /// The result of the health checks; nil before the first one.
    package internal(set) var isAlive: Bool?
    package let host: String
    package let ports: [Int]
    let slaveID: String

    /// When the next state changes happen.
    var startsAt: Date
    var becomesHealthyAt: Date?
    var becomesUnhealthyAt: Date?
    var crashesAt: Date?
    var diesAt: Date?

    /// When the next state change happens.
    var deadline: Date? {
        if let end = diesAt ?? crashesAt { return end }
        if state == .staging { return startsAt }
        return becomesHealthyAt ?? becomesUnhealthyAt
    }
}
