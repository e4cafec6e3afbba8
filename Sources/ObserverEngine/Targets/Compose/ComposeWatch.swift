import Logging

/// Waits until the services of a project are healthy, and records the progress.
struct ComposeWatch: Sendable {
    /// Lines of a container that are quoted.
    private static let quotedLines = 5
    private static let interval = Duration.milliseconds(500)

    let engine: ContainerEngine
    var project: String
    let limits: ContainerHistory.Limits
    let recorder: DeploymentRecorder
    let logger: Logger

    /// - Parameters:
    ///   - before: The containers before the deployment.
    ///   - timeout: The time limit of the settings, for messages.
    /// - Returns: The containers.
    /// - Throws: `ComposeFailure`, `CancellationError`
    func wait(
        for services: [ComposeService], before: [Container], until deadline: ContinuousClock.Instant
    ) async throws -> [Container] {
        let began = ContinuousClock.now
        var history = ContainerHistory(before: before, limits: limits, at: began)
        var broken: [(name: String, state: ServiceReadiness)] = []
        var reported: [String: Set<String>] = [:]
        while true {
            let containers: [Container]
            do {
                containers = try await engine.containers(of: project, until: max(deadline, .now + .seconds(1)))
            } catch let failure as ComposeFailure {
                guard .now >= deadline else {
                    logger.warning("\(failure) Retrying.")
                    try await Task.sleep(for: .seconds(1))
                    continue
                }
                // The services that were broken before still have to be rolled back.
                guard !broken.isEmpty else { throw failure }
                throw ComposeFailure.unhealthy(try await described(broken), after: .now - began)
            }
            history.note(containers, at: .now)
            let states = services.map { service in
                (
                    name: service.name,
                    state: ServiceReadiness(
                        service, containers: containers, settled: history.settled, restarts: history.restarts,
                        looping: history.looping, lastEnds: history.lastEnds)
                )
            }
            try await recorder.record(
                progress: DeploymentProgress(
                    steps: states.map { .init(name: $0.name, done: $0.state.healthy, of: $0.state.wanted) }))
            if states.allSatisfy(\.state.isHealthy) { return containers }
            for (name, state) in states {
                guard let reason = state.reason, let kind = state.kind,
                    reported[name, default: []].insert(kind).inserted
                else { continue }
                await recorder.log.write("waiting", "\(name): \(reason)")
            }
            let hopeless = states.filter { $0.state.failure != nil }
            if !hopeless.isEmpty { throw ComposeFailure.unhealthy(try await described(hopeless), after: nil) }
            broken = states.filter { !$0.state.isHealthy }
            if .now >= deadline {
                throw ComposeFailure.unhealthy(try await described(broken), after: .now - began)
            }
            try await Task.sleep(for: Self.interval)
        }
    }

    /// The services that are not healthy now, with the end of their output.
    func unhealthy(of services: [ComposeService], until deadline: ContinuousClock.Instant) async throws
        -> [ComposeFailure.Unhealthy]
    {
        let containers = try await engine.containers(of: project, until: deadline)
        let settled = Set(containers.map(\.id))
        let states = services.map { service in
            (name: service.name, state: ServiceReadiness(service, containers: containers, settled: settled))
        }
        return try await described(states.filter { $0.state.failure != nil })
    }

    private func described(
        _ states: [(name: String, state: ServiceReadiness)]
    ) async throws -> [ComposeFailure.Unhealthy] {
        var found: [ComposeFailure.Unhealthy] = []
        for (name, state) in states {
            var lines: [String] = []
            if let example = state.example {
                let deadline = ContinuousClock.now + .seconds(5)
                let all = try? await engine.lastLines(of: example, limit: Self.quotedLines, until: deadline)
                lines = (all ?? []).map(\.printable)
                if !lines.isEmpty { await recorder.log.write(name, lines, level: .warning) }
            }
            found.append(
                .init(
                    service: name, healthy: state.healthy, wanted: state.wanted, reason: state.reason,
                    lastLines: lines.suffix(2)))
        }
        return found
    }
}
