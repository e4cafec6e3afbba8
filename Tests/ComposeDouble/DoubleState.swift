import Foundation

/// The state of a simulated container at a moment, according to its behaviour.
struct DoubleState {
    /// A restart, with its delay.
    private static let cycle = 0.2
    private static let checkTime = 0.3

    private(set) var status = "running"
    private(set) var exitCode = 0
    private(set) var restarts = 0
    private(set) var health: String?
    /// The output of the last health check.
    private(set) var healthOutput = ""
    private(set) var startedAt: Date?
    /// Whether it has its ports.
    var isUp: Bool { ["running", "restarting", "paused"].contains(status) }

    init(of container: DoubleWorld.Container, at now: Date) {
        startedAt = container.startedAt
        guard let started = container.startedAt else {
            status = "created"
            return
        }
        guard container.stoppedAt == nil else {
            (status, exitCode) = ("exited", 137)
            return
        }
        guard !container.isPaused else {
            status = "paused"
            return
        }
        let age = now.timeIntervalSince(started)
        let words = container.behaviour.split(separator: " ").map(String.init)
        switch words.first {
        case "restarting":
            restarts = Int(age / Self.cycle)
            startedAt = started.addingTimeInterval(Double(restarts) * Self.cycle)
            (status, exitCode) = (restarts == 0 ? "running" : "restarting", 3)
        case "exits":
            guard age > 0.1 else { break }
            (status, exitCode) = ("exited", words.count > 1 ? Int(words[1]) ?? 1 : 1)
        default: break
        }
        guard container.hasHealthCheck, status == "running" else { return }
        healthOutput = words.first == "unhealthy" ? "GET /\tconnection refused\n" : ""
        health = age < Self.checkTime ? "starting" : words.first == "unhealthy" ? "unhealthy" : "healthy"
    }
}
