import Foundation

/// The state of the running observer.
struct ObservedEngine: Sendable {
    let engine: EngineState
    let hook: HookState
}

/// Checks of the running observer and of the settings.
extension Finding {
    static let observerUnknown = Finding(
        .observer, .warning, "No observer is selected.", remedy: "Use -socket or -url.")

    /// - Parameter place: The socket or URL of the observer.
    static func observer(_ engine: EngineState, at place: String, now: Date) -> Finding {
        let up = Duration.seconds(max(0, now.timeIntervalSince(engine.startedAt))).brief
        let running = "observer \(engine.version) is running at \(place), up \(up)"
        if let problem = engine.problem {
            return Finding(.observer, .failure, "\(running): \(problem)", remedy: "Its log: observer logs")
        }
        return engine.isPaused
            ? Finding(
                .observer, .warning, "\(running), paused: deployments are queued.", remedy: "Run: observer resume")
            : Finding(.observer, .ok, running)
    }

    static func observer(_ failure: ControlClient.Failure) -> Finding {
        if failure.isUnconnected {
            return Finding(
                .observer, .warning, failure.description,
                remedy: "Start it with 'observer', or specify its address with -url or -socket.")
        }
        return Finding(
            .observer, .failure, failure.description,
            remedy: failure.status == nil
                ? "Restart it if this persists."
                : "Check -url and the token in DPLOY_OBSERVER_TOKEN.")
    }

    /// - Parameters:
    ///   - obstacles: What would keep an observer from starting with them, as sentences.
    ///   - isObserved: Whether one is running, which may have other settings or may read files that this user can't.
    static func settings(warnings: [String], obstacles: [String] = [], isObserved: Bool = false) -> Finding {
        if !obstacles.isEmpty {
            return Finding(
                .settings, isObserved ? .warning : .failure, (obstacles + warnings).joined(separator: " "),
                remedy: "Fix this before the observer is started with these settings.")
        }
        return warnings.isEmpty
            ? Finding(.settings, .ok, "complete")
            : Finding(
                .settings, .warning, warnings.joined(separator: " "),
                remedy: isObserved ? "Then restart the observer." : "Then start the observer.")
    }

    /// - Parameter isObserved: Whether the running observer reports its own state.
    static func settings(_ error: ConfigurationError, isObserved: Bool) -> Finding {
        let problems = error.problems.map(\.description).joined(separator: " ")
        return isObserved
            ? Finding(
                .settings, .warning, "Checked only the state that the running observer reports. \(problems)",
                remedy: "Run doctor with the observer's settings to check everything.")
            : Finding(.settings, .failure, problems, remedy: "Fix the settings, then run doctor again.")
    }

    static func token(seenBy engine: EngineState) -> Finding {
        switch engine.authentication {
        case .granted: Finding(.token, .ok, "GitHub accepts the observer's token")
        case .pending:
            Finding(
                .token, .warning, "GitHub has not responded to the observer yet.",
                remedy: "For the reason, run: observer logs")
        case .refused:
            Finding(
                .token, .failure, engine.problem ?? "GitHub rejects the observer's token.",
                remedy: "Give the observer a new token.")
        }
    }

    /// The services that the observer can't use now.
    static func dependencies(seenBy engine: EngineState) -> [Finding] {
        [engine.gitHub, engine.target].compactMap { $0?.trouble }.map { trouble in
            Finding(
                .observer, .failure, "The observer reports: \(trouble).",
                remedy: "Check its address and credentials: observer status")
        }
    }

    static func webhook(seen hook: HookState) -> Finding {
        let name = hook.id.map { "\($0) at \(hook.url ?? "an unknown address")" } ?? hook.registration.rawValue
        switch hook.registration {
        case .registered where hook.problem == nil:
            return Finding(.webhook, .ok, "\(name) is registered")
        case .removed:
            return .webhookRemoved
        case .removing:
            return .unfinishedRemoval(of: hook)
        case .registered, .unknown, .unreachable, .failed:
            return Finding(
                .webhook, .failure, hook.problem ?? "The webhook is \(name).", remedy: "Run: observer register")
        }
    }

    static func unfinishedRemoval(of hook: HookState) -> Finding {
        Finding(
            .webhook, .failure, hook.problem ?? "An operator removed the webhook; GitHub has not confirmed that yet.",
            remedy: "Wait for the next attempt; to keep the webhook, run: observer register")
    }

    static let webhookRemoved = Finding(
        .webhook, .warning,
        "An operator removed the webhook; pushes are detected only by polling, which -poll 0 disables.",
        remedy: "Run: observer register, or observer pause to stop deployments.")
}
