import Foundation

/// The output of the containers of a service, as the engine keeps it.
struct ServiceOutput: Sendable {
    /// The time between two reads of the list of containers.
    private static let interval = Duration.seconds(1)
    private static let timeout = Duration.seconds(15)

    let project: ComposeProject
    let service: String

    /// The end of the output of each container.
    func last(_ lines: Int, until deadline: ContinuousClock.Instant) async throws -> [AppOutput] {
        var found: [AppOutput] = []
        for container in try await containers(until: deadline) {
            let output = try await project.engine.lastLines(of: container.id, limit: lines, until: deadline)
            found.append(AppOutput(instance: container.name, lines: output))
        }
        return found
    }

    /// Follows every container, and those that replace them, until none has run for a while.
    func follow(after lines: Int, _ write: @escaping OutputWriter) async throws {
        let following = Following(lines: lines)
        try await withThrowingDiscardingTaskGroup { group in
            var absence = InstanceAbsence()
            var isOver = false
            while !isOver {
                let containers = try await containers(until: .now + Self.timeout)
                for (container, start) in await following.begin(with: containers) {
                    group.addTask {
                        await follow(container, from: start, write)
                        await following.end(of: container)
                    }
                }
                isOver = absence.isOver(hasInstance: containers.contains(where: \.isAlive), at: .now)
                if !isOver { try await Task.sleep(for: Self.interval) }
            }
            group.cancelAll()
        }
    }

    private func follow(_ container: Container, from start: OutputStart, _ write: OutputWriter) async {
        do {
            try await project.engine.follow(container.id, from: start) { lines in
                await write(AppOutput(instance: container.name, lines: lines))
            }
        } catch {
            // A container that was removed, or an engine that stopped; the next read of the list reports the latter.
        }
    }

    private func containers(until deadline: ContinuousClock.Instant) async throws -> [Container] {
        try await project.engine.containers(of: project.name, until: deadline).filter { $0.service == service }
    }
}

/// The containers that are followed; each has a task of its own.
private actor Following {
    private var containers: FollowedContainers

    init(lines: Int) {
        containers = FollowedContainers(lines: lines)
    }

    func begin(with list: [Container]) -> [(Container, OutputStart)] { containers.begin(with: list) }

    func end(of container: Container) { containers.end(of: container, at: Date()) }
}

/// Where the output of a container is followed from.
enum OutputStart: Equatable, Sendable {
    case beginning
    case last(lines: Int)
    /// A container that was started again.
    case since(Date)
}

/// Decides which containers to follow, and from where, so that no line is missed or repeated.
struct FollowedContainers {
    private let lines: Int
    private var isFirstList = true
    private var running: Set<String> = []
    private var ended: [String: Date] = [:]

    /// - Parameter lines: Printed of the containers that exist at first.
    init(lines: Int) {
        self.lines = lines
    }

    /// The containers of a list that have to be followed from now on.
    mutating func begin(with containers: [Container]) -> [(Container, OutputStart)] {
        defer { isFirstList = false }
        let present = Set(containers.map(\.id))
        ended = ended.filter { present.contains($0.key) }
        return containers.compactMap { container in
            guard !running.contains(container.id) else { return nil }
            let start: OutputStart
            if let end = ended[container.id] {
                // Its output ended with it, and everything later is new.
                guard container.isAlive else { return nil }
                start = .since(end)
            } else {
                start = isFirstList ? .last(lines: lines) : .beginning
            }
            running.insert(container.id)
            return (container, start)
        }
    }

    mutating func end(of container: Container, at date: Date) {
        running.remove(container.id)
        ended[container.id] = date
    }
}

extension Container {
    /// Whether it may still print something.
    fileprivate var isAlive: Bool { ["running", "restarting", "created", "paused"].contains(state.status) }
}
