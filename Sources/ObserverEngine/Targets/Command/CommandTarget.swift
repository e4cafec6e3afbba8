import Glibc

/// Deploys by running a shell command in the unpacked tree.
package struct CommandTarget: DeploymentTarget {
    package struct Plan: TargetPlan {
        let source: DeploymentSource
        package let summary: String

        package var changes: [AppChange] { [] }
        package var warnings: [PlanWarning] { [] }
        package var changesAnything: Bool { true }
        package var running: RunningCommit? { nil }
    }

    private static let shell = "/bin/sh"

    private let command: String
    private let environment: [String: String]
    private let timeout: Duration

    /// - Parameter environment: The command inherits it, except for variables with a secret, used by the observer or not. It
    ///   keeps those of the proxy, which it may need as well.
    package init(command: String, environment: [String: String], redactor: Redactor, timeout: Duration) {
        self.command = command
        self.environment = environment.withoutSecrets(redactor)
        self.timeout = timeout
    }

    package var selection: TreeSelection { .everything }

    /// The changes of a command are not known before it runs.
    package func plan(_ source: DeploymentSource, until deadline: ContinuousClock.Instant) async throws -> Plan {
        Plan(source: source, summary: "run the deploy command")
    }

    package func apply(
        _ plan: Plan, recorder: DeploymentRecorder, until deadline: ContinuousClock.Instant
    ) async throws -> Plan {
        await recorder.log.write("running", command)
        let ending: ChildProcess.Ending
        do {
            ending = try await withTimeout(max(.zero, deadline - .now)) {
                try await run(for: plan.source, log: recorder.log)
            }
        } catch is TimedOut {
            throw CommandFailure.timedOut(after: timeout)
        } catch let error as ChildProcess.NotStarted {
            throw CommandFailure.notStarted(reason: "\(error)")
        }
        guard ending.isSuccess else { throw CommandFailure.ended(status: "\(ending)") }
        return plan
    }

    /// The exit status of the command is the verdict; there is nothing to wait for.
    package func watch(
        _ applied: Plan, recorder: DeploymentRecorder, until deadline: ContinuousClock.Instant
    ) async throws -> String {
        "the deploy command succeeded"
    }

    package func restore(
        _ applied: Plan, recorder: DeploymentRecorder, because failure: any DeploymentFailure
    ) async throws -> RestoreOutcome {
        .unsupported(reason: "the effects of a deploy command can't be undone.")
    }

    /// A deploy command does not report what is running.
    package func inspector(for source: DeploymentSource) -> (any TargetInspector)? { nil }

    package func checks() async throws -> [Finding] {
        guard access(Self.shell, X_OK) == 0 else {
            return [
                Finding(
                    .command, .failure, "\(Self.shell) is not executable, so the deploy command can't run.",
                    remedy: "Make \(Self.shell) an executable shell.")
            ]
        }
        return [Finding(.command, .ok, "deploys with: \(command)")]
    }

    package var decisionStore: (any DecisionStore)? { nil }

    private func run(for source: DeploymentSource, log: DeploymentLogWriter) async throws -> ChildProcess.Ending {
        let process = ChildProcess(
            Self.shell, ["-c", command], environment: environment.merging(source.variables) { $1 },
            directory: source.root)
        return try await process.run { await log.write("output", $0) }
    }
}

/// The deploy command failed.
package enum CommandFailure: DeploymentFailure {
    case ended(status: String)
    case notStarted(reason: String)
    case timedOut(after: Duration)

    package var isExternal: Bool {
        if case .notStarted = self { true } else { false }
    }

    package var description: String {
        switch self {
        case .ended(let status): "The deploy command ended with \(status). See its output in the deployment log."
        case .notStarted(let reason): "The deploy command could not be started: \(reason)."
        case .timedOut(let limit): "The deploy command timed out after \(limit.brief) and was killed."
        }
    }
}
