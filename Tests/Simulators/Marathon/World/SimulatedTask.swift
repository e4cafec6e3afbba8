package import struct Foundation.Date

/// One running (or starting, or dying) instance of an app.
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
    /// What the health checks say; nil before the first.
    package internal(set) var isAlive: Bool?
    package let host: String
    package let ports: [Int]
    let slaveID: String

    /// What will become of it, and when.
    var startsAt: Date
    var becomesHealthyAt: Date?
    var becomesUnhealthyAt: Date?
    var crashesAt: Date?
    var diesAt: Date?

    /// The next moment at which something becomes of it.
    var deadline: Date? {
        if let end = diesAt ?? crashesAt { return end }
        if state == .staging { return startsAt }
        return becomesHealthyAt ?? becomesUnhealthyAt
    }
}
