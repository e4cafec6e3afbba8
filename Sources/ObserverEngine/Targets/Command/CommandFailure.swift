/// A command of the target.
package enum CommandKind: String, Sendable {
    case plan, before, deploy, health, after, rollback

    var name: String { "\(rawValue) command" }

    /// Whether what runs may be another version after it failed.
    var mayHaveChanged: Bool { self == .deploy || self == .rollback }
}

/// A command failed, or what it deployed is not healthy.
package enum CommandFailure: DeploymentFailure {
    /// - Parameter last: The last line of its output.
    case ended(CommandKind, ChildProcess.Ending, last: String?)
    case notStarted(CommandKind, reason: String)
    case timedOut(CommandKind, after: Duration)
    /// - Parameter errors: The last lines of its standard error.
    case planFailed(ending: ChildProcess.Ending, errors: String)
    /// - Parameter last: The last line of the health command's output.
    case unhealthy(after: Duration, check: String, last: String?)

    package var isExternal: Bool {
        if case .notStarted = self { true } else { false }
    }

    package var callsForRestore: Bool {
        switch self {
        case .ended(let command, _, _), .timedOut(let command, _): command.mayHaveChanged
        case .unhealthy: true
        case .notStarted, .planFailed: false
        }
    }

    package var description: String {
        switch self {
        case .ended(let command, let ending, let last?):
            "The \(command.name) \(ending). Its last line: \(last.asSentence)"
        case .ended(let command, let ending, nil): "The \(command.name) \(ending) and printed no reason."
        case .notStarted(let command, let reason): "The \(command.name) could not be started: \(reason)."
        case .timedOut(let command, let limit): "The \(command.name) timed out after \(limit.brief) and was killed."
        case .planFailed(let ending, let errors):
            "The plan command \(ending); expected status 0 (no changes) or 2 (changes)."
                + (errors.isEmpty ? "" : " Its last lines: \(errors.asSentence)") + " Nothing was applied."
        case .unhealthy(let limit, let check, let last):
            "Not healthy after \(limit.brief): the health command \(check)."
                + (last.map { " Its last line: \($0.asSentence)" } ?? "")
        }
    }
}
