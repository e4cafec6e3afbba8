import Foundation
import Glibc

/// Deploys by running shell commands in the unpacked tree.
package struct CommandTarget: DeploymentTarget {
    /// The result of `apply`.
    package struct Applied: Sendable {
        enum Result {
            /// The plan command reported nothing to do.
            case unneeded
            case deployed
            /// The deploy command may have changed something; `watch` reports it, so that it is rolled back.
            case failed(CommandFailure)
        }

        let plan: CommandPlan
        let result: Result
    }

    private static let shell = "/bin/sh"

    private let commands: CommandSettings
    private let environment: [String: String]
    private let timeout: Duration
    /// nil for a plan of a local directory.
    private let lastSuccess: LastSuccess?
    private let tree: DeployedTree
    private let processes: CommandProcesses

    /// - Parameters:
    ///   - environment: What the commands inherit, without secrets.
    ///   - tree: Where the tree of the last success is kept if there is a health command.
    ///   - processes: Runs the commands.
    package init(
        _ commands: CommandSettings, environment: [String: String], timeout: Duration, lastSuccess: LastSuccess?,
        tree: DeployedTree, processes: CommandProcesses
    ) {
        self.commands = commands
        self.environment = environment
        self.timeout = timeout
        self.lastSuccess = lastSuccess
        self.tree = tree
        self.processes = processes
    }

    package var selection: TreeSelection { .everything }

    package func plan(
        _ source: DeploymentSource, until deadline: ContinuousClock.Instant
    ) async throws -> CommandPlan {
        let previous = try await lastSuccess?.commit(on: source.branch)
        let variables = try await variables(for: source, since: previous?.id)
        guard let command = commands.plan else {
            return CommandPlan(source: source, previous: previous, environment: variables, verdict: nil)
        }
        // A plan for an operator does not wait: it changes nothing.
        if source.reason != .plan { try await processes.endLeftovers() }
        do {
            let output = try await processes.with(command, environment: variables, in: source.root) { process in
                try await withTimeout(max(.zero, deadline - .now)) {
                    try await process.collect(limit: PlanVerdict.outputLimit)
                }
            }
            return CommandPlan(
                source: source, previous: previous, environment: variables, verdict: try PlanVerdict(output))
        } catch is TimedOut {
            throw CommandFailure.timedOut(.plan, after: timeout)
        } catch let error as ChildProcess.NotStarted {
            throw CommandFailure.notStarted(.plan, reason: error.description)
        }
    }

    package func apply(
        _ plan: CommandPlan, recorder: DeploymentRecorder, until deadline: ContinuousClock.Instant
    ) async throws -> Applied {
        guard plan.changesAnything || plan.source.isForced else { return Applied(plan: plan, result: .unneeded) }
        let run = run(plan.environment, in: plan.source, recorder, until: deadline)
        if let before = commands.before { try await run.run(.before, before) }
        do {
            try await run.run(.deploy, commands.deploy)
        } catch let failure as CommandFailure where failure.callsForRestore {
            return Applied(plan: plan, result: .failed(failure))
        }
        return Applied(plan: plan, result: .deployed)
    }

    /// Without a health command, the exit status of the deploy command is the verdict.
    package func watch(
        _ applied: Applied, recorder: DeploymentRecorder, until deadline: ContinuousClock.Instant
    ) async throws -> String {
        switch applied.result {
        case .unneeded: return "nothing to do: the plan command reported no changes"
        case .failed(let failure): throw failure
        case .deployed: break
        }
        let run = run(applied.plan.environment, in: applied.plan.source, recorder, until: deadline)
        if let health = commands.health { try await run.waitUntilHealthy(health) }
        let done = "the deploy command succeeded" + (commands.health == nil ? "" : ", and the deployment is healthy")
        guard let after = commands.after else { return done }
        try await recorder.settle()
        do {
            try await recorder.changingTarget { try await run.run(.after, after) }
        } catch let failure as CommandFailure {
            // The new version is deployed and healthy.
            await recorder.log.write("failed", failure.description, level: .warning)
            return "\(done). \(failure)"
        }
        return done
    }

    package func restore(
        _ applied: Applied, recorder: DeploymentRecorder, because failure: any DeploymentFailure
    ) async throws -> RestoreOutcome {
        await recorder.log.write("failed", "\(failure)", level: .warning)
        let rollback = CommandRollback(
            commands: commands, applied: applied.plan, lastSuccess: lastSuccess, recorder: recorder)
        return try await rollback.run(because: failure) { variables, source in
            run(environment.merging(variables) { $1 }, in: source, recorder, until: .now + timeout)
        }
    }

    /// Not before a command has reported some.
    package var reportsApps: Bool { false }
    package var runsPrograms: Bool { true }

    /// Takes the tree if there is a health command, to repeat it there.
    package func inspector(for source: DeploymentSource) async throws -> (any TargetInspector)? {
        let deployment = try await lastSuccess?.deployment(of: source.commit.id, on: source.branch)
        let apps = deployment?.progress?.steps.filter { $0.kind == .app } ?? []
        var check: CommandInspector.Check?
        if let command = commands.health {
            var source = source
            source.deployment = deployment?.id
            let variables = source.variables(reason: deployment.map { .init($0.request.trigger) } ?? .push)
            try await tree.replace(with: source.root)
            check = .init(
                command: command, environment: environment.merging(variables) { $1 }, tree: tree, processes: processes)
        }
        return CommandInspector(commit: source.commit.id, apps: apps, check: check)
    }

    package func checks() async throws -> [Finding] {
        guard access(Self.shell, X_OK) == 0 else {
            return [
                Finding(
                    .command, .failure, "\(Self.shell) is not executable, so the deploy command can't run.",
                    remedy: "Make \(Self.shell) an executable shell.")
            ]
        }
        return [Finding(.command, .ok, "deploys with: \(commands.deploy)")]
    }

    package var decisionStore: (any DecisionStore)? { nil }

    private func run(
        _ environment: [String: String], in source: DeploymentSource, _ recorder: DeploymentRecorder,
        until deadline: ContinuousClock.Instant
    ) -> CommandRun {
        CommandRun(
            environment: environment, directory: source.root, processes: processes, recorder: recorder,
            deadline: deadline, timeout: timeout)
    }

    /// The environment of the commands. The list of changed files is next to the tree.
    /// - Parameter success: The commit that succeeded last.
    private func variables(for source: DeploymentSource, since success: CommitID?) async throws -> [String: String] {
        let leftover = try await lastSuccess?.leftover(before: source)
        var variables = environment.merging(
            source.variables(reason: source.reason, previous: leftover ?? success)
        ) { $1 }
        // With changes left behind by another deployment, or if all is to be deployed again, every file may matter.
        if let lastSuccess, let success, leftover == nil, !source.isForced,
            let files = try await lastSuccess.changedFiles(from: success, to: source.commit.id)
        {
            let path = source.root + ".changed-files"
            let list = files.map { $0 + "\n" }.joined()
            try await BlockingWork.run { try list.write(toFile: path, atomically: false, encoding: .utf8) }
            variables["DPLOY_CHANGED_FILES"] = path
        }
        return variables
    }
}
