import Foundation
import Glibc
import Subprocess
import SystemPackage

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
        let secret = Set(Setting.allCases.filter(\.isSecret).compactMap(\.environmentVariable))
        self.environment = environment.filter {
            !secret.contains($0.key)
                && (ProxyRules.variables.contains($0.key) || !redactor.findsSecret(in: $0.value))
        }
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
        let status: TerminationStatus
        do {
            status = try await withTimeout(max(.zero, deadline - .now)) {
                try await run(for: plan.source, log: recorder.log)
            }
        } catch is TimedOut {
            throw CommandFailure.timedOut(after: timeout)
        } catch let error as SubprocessError {
            throw CommandFailure.notStarted(reason: "\(error)")
        }
        guard status.isSuccess else { throw CommandFailure.ended(status: status.words) }
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

    private func run(for source: DeploymentSource, log: DeploymentLogWriter) async throws -> TerminationStatus {
        var options = PlatformOptions()
        // Its own session, so that everything the command started ends with it.
        options.createSession = true
        options.teardownSequence = [
            .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: .milliseconds(500))
        ]
        let outcome = try await Subprocess.run(
            .path(FilePath(Self.shell)), arguments: ["-c", command],
            environment: .custom(variables(for: source)),
            workingDirectory: FilePath(source.root), platformOptions: options,
            input: .none, output: .sequence, error: .combinedWithOutput
        ) { execution in
            defer {
                // The shell may end before its children; the group is addressed by the shell's id.
                if Task.isCancelled { kill(-execution.processIdentifier.value, SIGKILL) }
            }
            var splitter = LineSplitter()
            for try await chunk in execution.standardOutput {
                await log.write("output", splitter.consume(chunk.withUnsafeBytes { Array($0) }))
            }
            await log.write("output", [splitter.finish()].compactMap(\.self))
        }
        // Processes that it left running keep its group id.
        kill(-outcome.processIdentifier.value, SIGKILL)
        return outcome.terminationStatus
    }

    private func variables(for source: DeploymentSource) -> [Environment.Key: String] {
        var variables = environment
        variables["DPLOY_COMMIT"] = source.commit.id.description
        variables["DPLOY_BRANCH"] = source.branch.name
        variables["DPLOY_OWNER"] = source.branch.repository.owner
        variables["DPLOY_REPO"] = source.branch.repository.name
        variables["DPLOY_PUSHER"] = source.commit.pusher ?? ""
        return Dictionary(uniqueKeysWithValues: variables.map { (Environment.Key(stringLiteral: $0.key), $0.value) })
    }
}

extension TerminationStatus {
    fileprivate var words: String {
        switch self {
        case .exited(let status): "status \(status)"
        case .signaled(let signal): "signal \(signal)"
        }
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
