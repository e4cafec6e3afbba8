/// Whether the containers of a service are healthy, and why not.
struct ServiceReadiness: Equatable, Sendable {
    /// The containers that are healthy, or running without a health check, or have completed as they should.
    let healthy: Int
    let wanted: Int
    /// Why it can't become healthy any more: "exited with status 3". nil while it still can.
    let failure: String?
    /// Why it is not healthy yet; nil if it is.
    let reason: String?
    /// The reason without what changes all the time: the number of restarts, and the output of health checks.
    let kind: String?
    /// The container whose output explains it.
    let example: String?

    var isHealthy: Bool { healthy >= wanted && failure == nil }

    /// - Parameters:
    ///   - containers: Those of the service.
    ///   - settled: Those that have been running for some time without a health check.
    ///   - restarts: How often each has been restarted while it was watched.
    ///   - looping: Those that are restarted again and again.
    ///   - lastEnds: How those that were restarted ended, as far as it was seen.
    init(
        _ service: ComposeService, containers: [Container], settled: Set<String>, restarts: [String: Int] = [:],
        looping: Set<String> = [], lastEnds: [String: String] = [:]
    ) {
        let fingerprint = service.fingerprint
        let own = containers.filter { $0.service == service.name && $0.fingerprint == fingerprint }
        wanted = service.replicas
        healthy = min(wanted, own.count { $0.isReady(isSettled: settled.contains($0.id)) })
        let broken = own.first { $0.hasFailed(isLooping: looping.contains($0.id)) }
        let waiting = own.first { !$0.isReady(isSettled: settled.contains($0.id)) }
        let words = { (container: Container) in
            container.words(
                restarts: restarts[container.id] ?? 0, lastEnd: lastEnds[container.id],
                healthOutput: container.state.healthOutput)
        }
        let kinds = { (container: Container) in
            container.words(
                restarts: min(1, restarts[container.id] ?? 0), lastEnd: lastEnds[container.id], healthOutput: nil)
        }
        let missing = waiting == nil && own.count < wanted ? "\(wanted - own.count) not created" : nil
        let isWaiting = broken == nil && healthy < wanted
        let cause = broken ?? (isWaiting ? waiting : nil)
        failure = broken.map(words)
        reason = cause.map(words) ?? (isWaiting ? missing : nil)
        kind = cause.map(kinds) ?? (isWaiting ? missing : nil)
        example = (broken ?? waiting)?.id
    }
}

extension Container {
    fileprivate func isReady(isSettled: Bool) -> Bool {
        switch (state.status, state.health) {
        case ("running", .healthy?): true
        case ("running", nil): isSettled
        case ("exited", _): state.exitCode == 0 && restartPolicy.acceptsSuccess
        default: false
        }
    }

    /// Whether it can't become ready any more.
    fileprivate func hasFailed(isLooping: Bool) -> Bool {
        if isLooping { return true }
        switch state.status {
        case "running": return state.health == .unhealthy
        case "dead": return true
        case "created": return state.error != nil
        case "exited": return state.exitCode != 0 && restartPolicy.acceptsFailure(after: restartCount)
        default: return false
        }
    }

    /// "restarted 4 times, exited with status 3"
    fileprivate func words(restarts: Int, lastEnd: String?, healthOutput: String?) -> String {
        let again = restarts == 0 ? nil : restarts == 1 ? "restarted once" : "restarted \(restarts) times"
        let output = healthOutput.map { ": \($0)" } ?? ""
        let now: String? =
            switch (state.status, state.health) {
            case ("exited", _), ("restarting", _): state.end
            case ("running", .unhealthy?): "its health check is failing\(output)"
            case ("running", .starting?): "its health check has not passed yet\(output)"
            case ("running", _): restarts > 0 ? lastEnd : "just started"
            default: state.error ?? state.status
            }
        return [again, now].compactMap(\.self).joined(separator: ", ")
    }
}
