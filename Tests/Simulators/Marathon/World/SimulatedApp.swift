import struct Foundation.Date

/// An app that Marathon runs.
package struct SimulatedApp: Sendable, Identifiable {
    package let id: String
    /// The complete definition, without anything that Marathon finds out itself.
    package internal(set) var definition: JSON
    package internal(set) var version: String
    package internal(set) var lastScalingAt: String
    package internal(set) var lastConfigChangeAt: String
    package internal(set) var tasks: [SimulatedTask] = []
    package internal(set) var lastTaskFailure: JSON?
    /// Every version that there was, oldest first.
    package internal(set) var versions: [(version: String, definition: JSON)] = []

    /// How many tasks of the current configuration there should be now; a deployment raises it when it is their turn.
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

    /// All instances run the current configuration and pass the health checks, and nothing else runs.
    package var isReady: Bool {
        tasks.count == instances && tasks.allSatisfy { isCurrent($0) && isReady($0) }
    }

    func isCurrent(_ task: SimulatedTask) -> Bool { task.version >= lastConfigChangeAt }

    func isReady(_ task: SimulatedTask) -> Bool {
        task.state == .running && (!hasHealthChecks || task.isAlive == true)
    }

    var currentTasks: [SimulatedTask] { tasks.filter { isCurrent($0) && $0.diesAt == nil } }
    var oldTasks: [SimulatedTask] { tasks.filter { !isCurrent($0) } }

    /// Takes a new definition, which counts as scaling where only the instances differ.
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
