import Foundation

/// How containers have behaved since the watch began.
struct ContainerHistory: Sendable {
    /// The limits of a watch.
    struct Limits: Sendable {
        /// How long a container without a health check must have been running.
        var settling = Duration.seconds(2)
        /// A container that is restarted this often, over this time, does not recover by itself.
        var restarts = 3
        var restartTime = Duration.seconds(15)
    }

    private struct Entry {
        let restarts: Int
        let seenAt: ContinuousClock.Instant
        var startedAt: String
        /// When this start was first seen; nil for one from before the deployment.
        var runningSince: ContinuousClock.Instant?
        /// How it ended before this start; nil if that was not seen.
        var lastEnd: String?
    }

    private let limits: Limits
    private var entries: [String: Entry] = [:]
    /// The containers that have been running for some time.
    private(set) var settled: Set<String> = []
    /// The containers that are restarted again and again.
    private(set) var looping: Set<String> = []
    /// How often each container has been restarted.
    private(set) var restarts: [String: Int] = [:]
    /// How each container that has been restarted ended last: "exited with status 3". A running one does not show it.
    private(set) var lastEnds: [String: String] = [:]

    /// - Parameters:
    ///   - before: The containers before the deployment. One that is still running needs no time to settle, unless it has
    ///     just been started, for example by a deployment that was interrupted.
    ///   - date: The time of `now`.
    init(before: [Container], limits: Limits, at now: ContinuousClock.Instant, date: Date = Date()) {
        self.limits = limits
        for container in before where container.state.status == "running" {
            let start = Date(rfc3339: String(container.state.startedAt.prefix(19)) + "Z")
            let isNew = start.map { date.timeIntervalSince($0) < limits.settling.seconds } ?? false
            entries[container.id] = Entry(
                restarts: container.restartCount, seenAt: now, startedAt: container.state.startedAt,
                runningSince: isNew ? now : nil)
        }
    }

    mutating func note(_ containers: [Container], at now: ContinuousClock.Instant) {
        (settled, looping, restarts, lastEnds) = ([], [], [:], [:])
        for container in containers {
            var entry =
                entries[container.id]
                ?? Entry(
                    restarts: 0, seenAt: now, startedAt: container.state.startedAt, runningSince: now)
            if entry.startedAt != container.state.startedAt {
                entry.startedAt = container.state.startedAt
                entry.runningSince = now
            }
            if ["exited", "restarting"].contains(container.state.status) { entry.lastEnd = container.state.end }
            entries[container.id] = entry
            let count = max(0, container.restartCount - entry.restarts)
            restarts[container.id] = count
            lastEnds[container.id] = entry.lastEnd
            if count >= limits.restarts, now - entry.seenAt >= limits.restartTime,
                entry.runningSince.map({ now - $0 < limits.restartTime }) ?? false
            {
                looping.insert(container.id)
            }
            if container.state.status == "running", entry.runningSince.map({ now - $0 >= limits.settling }) ?? true {
                settled.insert(container.id)
            }
        }
    }
}
