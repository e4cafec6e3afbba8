/// Restores what ran before a deployment by commands failed.
struct CommandRollback: Sendable {
    private static let fetchTimeout = Duration.seconds(60)

    let commands: CommandSettings
    let applied: CommandPlan
    let lastSuccess: LastSuccess?
    let recorder: DeploymentRecorder

    /// - Parameter make: Prepares the commands of the rollback, with variables of their own, in a tree.
    func run(
        because failure: any DeploymentFailure,
        _ make: (_ variables: [String: String], _ tree: DeploymentSource) -> CommandRun
    ) async throws -> RestoreOutcome {
        if let command = commands.rollback {
            try await recorder.record(rollback: [], because: "\(failure)")
            let variables = applied.source.variables(reason: .rollback, previous: applied.previous?.id)
            return try await restore(by: "the rollback command") {
                let run = make(variables, applied.source)
                try await run.run(.rollback, command)
                return run
            }
        }
        guard let previous = applied.previous, let lastSuccess else {
            return .unsupported(reason: "no earlier deployment succeeded.")
        }
        guard previous.id != applied.source.commit.id else {
            return .unsupported(reason: "the last successful deployment is of the same commit.")
        }
        try await recorder.record(rollback: [], because: "\(failure)")
        await recorder.log.write("restoring", "\(previous.id.short), which succeeded last")
        do {
            return try await lastSuccess.withTree(of: previous, within: Self.fetchTimeout) { tree in
                var tree = tree
                tree.deployment = applied.source.deployment
                let variables = tree.variables(reason: .rollback, previous: applied.source.commit.id)
                return try await restore(by: "the deploy command of \(previous.id.short)") {
                    let run = make(variables, tree)
                    try await run.run(.deploy, commands.deploy)
                    return run
                }
            }
        } catch let failure as any DeploymentFailure {
            return .failed(reason: "\(failure)")
        }
    }

    /// - Parameter body: Runs a command. A newer push ends the wait for its result only.
    private func restore(by what: String, _ body: () async throws -> CommandRun) async throws -> RestoreOutcome {
        do {
            let run = try await recorder.changingTarget { () -> CommandRun in
                let run = try await body()
                if commands.health == nil { try await recorder.settle() }
                return run
            }
            guard let health = commands.health else { return .rolledBack(detail: "\(what) succeeded") }
            try await run.waitUntilHealthy(health)
            return .rolledBack(detail: "\(what) succeeded, and it is healthy")
        } catch let failure as CommandFailure {
            return .failed(reason: "\(failure)")
        }
    }
}
