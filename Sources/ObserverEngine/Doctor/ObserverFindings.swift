import Foundation

/// The observer that runs, as its control API shows it.
struct ObservedEngine: Sendable {
    let engine: EngineState
    let hook: HookState
}

/// What follows from whether an observer runs, and how it says that it is.
extension Finding {
    static let observerUnknown = Finding(
        .observer, .warning, "Nothing says which observer is meant.", remedy: "Give -socket or -url.")

    /// - Parameter place: Where it was found.
    static func observer(_ engine: EngineState, at place: String, now: Date) -> Finding {
        let up = Duration.seconds(max(0, now.timeIntervalSince(engine.startedAt))).brief
        let running = "observer \(engine.version) answers at \(place), up \(up)"
        if let problem = engine.problem { return Finding(.observer, .failure, "\(running): \(problem)") }
        return engine.isPaused
            ? Finding(
                .observer, .warning, "\(running), and is paused: deployments wait.", remedy: "Run: observer resume")
            : Finding(.observer, .ok, running)
    }

    static func observer(_ failure: ControlClient.Failure) -> Finding {
        failure.status == nil
            ? Finding(
                .observer, .warning, failure.description,
                remedy: "Start it with 'observer', or say where it is with -url or -socket.")
            : Finding(.observer, .failure, failure.description)
    }

    static func settings(warnings: [String]) -> Finding {
        warnings.isEmpty
            ? Finding(.settings, .ok, "complete") : Finding(.settings, .warning, warnings.joined(separator: " "))
    }

    /// Where our own settings can't be read, what the observer says of its own.
    static func settings(_ error: ConfigurationError, isObserved: Bool) -> Finding {
        let problems = error.problems.map(\.description).joined(separator: " ")
        return isObserved
            ? Finding(
                .settings, .warning, "Only what the observer says of itself could be checked. \(problems)")
            : Finding(.settings, .failure, problems)
    }

    static func token(seenBy engine: EngineState) -> Finding {
        switch engine.authentication {
        case .granted: Finding(.token, .ok, "GitHub takes the observer's token")
        case .pending: Finding(.token, .warning, "GitHub has not yet answered the observer.")
        case .refused: Finding(.token, .failure, engine.problem ?? "GitHub refuses the observer's token.")
        }
    }

    static func webhook(seen hook: HookState) -> Finding {
        let name = hook.id.map { "#\($0) at \(hook.url ?? "an unknown address")" } ?? hook.registration.rawValue
        switch hook.registration {
        case .registered where hook.problem == nil:
            return Finding(.webhook, .ok, "\(name) is registered")
        case .removed:
            return .webhookRemoved
        case .registered, .unknown, .unreachable, .failed:
            return Finding(
                .webhook, .failure, hook.problem ?? "The webhook is \(name).", remedy: "Run: observer register")
        }
    }

    static let webhookRemoved = Finding(
        .webhook, .warning,
        "An operator removed the webhook; pushes are found only by looking at the branch, and not where -poll is 0.",
        remedy: "Run: observer register, or observer pause to deploy nothing.")
}
