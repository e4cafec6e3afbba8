import ArgumentParser
import Foundation
import ObserverEngine

struct RollbackCommand: DeployingCommand {
    static let configuration = CommandConfiguration(
        "rollback", "[<id>]",
        abstract: "Roll back to an earlier deployment and hold the branch there until the next push.",
        discussion: """
            Without an ID, rolls back to the version before the running one. Repeat it to go further back. While a newer \
            version is being deployed, or has failed and left changes, rolls back to the last successful one.
            """)

    @Argument(help: "ID of the deployment; see 'observer deployments'.", completion: .ids(.succeeded)) var id: Int64?

    @Option(
        name: .goStyle("until"),
        help: "What ends the hold: the next push (the default) or only 'observer resume'.")
    var end: HoldSummary.End?

    @Option(name: .goStyle("reason"), help: "Reason, shown with the deployment and the hold.") var reason: String?

    @OptionGroup var confirmation: Confirmation
    @OptionGroup var wait: WaitFlags
    @OptionGroup var engine: EngineFlags
    @OptionGroup var output: OutputFlags

    func action(_ client: ControlClient) async throws -> ControlAction {
        let newest = try await client.deployments(limit: ControlPage.limit)
        let wanted: DeploymentSummary? = if let id { try await client.deployment(id).summary } else { nil }
        let apps: AppsReport? = if id != nil { try await client.apps() } else { nil }
        let choice = try RollbackChoice(newest: newest, wanted: wanted, apps: apps)
        try await confirmation.confirm(choice.question(until: end ?? .push, now: Date()))
        return .rollback(deployment: choice.target.id, seenCurrent: choice.seen?.id, until: end, reason: reason)
    }
}

/// Selects the deployment that a rollback returns to.
struct RollbackChoice {
    /// The newest deployment. If a newer one exists when the rollback is requested, the engine rejects it.
    let seen: DeploymentSummary?
    /// The deployment whose commit runs, as far as it is known.
    let left: DeploymentSummary?
    /// The deployment that has not ended, which the rollback replaces unless it finishes first.
    let deploying: DeploymentSummary?
    let target: DeploymentSummary

    /// - Parameters:
    ///   - newest: The deployments, newest first.
    ///   - wanted: The deployment given on the command line.
    ///   - apps: What the target reports; only a wanted deployment is compared with it.
    /// - Throws: `ActionImpossible`
    init(newest: [DeploymentSummary], wanted: DeploymentSummary?, apps: AppsReport? = nil) throws {
        seen = newest.first
        deploying = newest.running
        target = try Self.target(wanted, among: newest, apps: apps)
        left = RollbackTarget.left(for: target, in: newest)
    }

    private static func target(
        _ wanted: DeploymentSummary?, among newest: [DeploymentSummary], apps: AppsReport?
    ) throws -> DeploymentSummary {
        if let wanted {
            guard wanted.stage == .succeeded else {
                throw ActionImpossible(
                    "Deployment \(wanted.id) \(wanted.stage.predicate); "
                        + "only successful deployments can be rolled back to.")
            }
            if RollbackTarget.isRunning(wanted.commit, after: newest, apps: apps) {
                throw ActionImpossible(
                    "\(wanted.commit.shortCommit) of deployment \(wanted.id) is already running; "
                        + "name an earlier deployment.")
            }
            return wanted
        }
        switch RollbackTarget.choose(from: newest) {
        case .deployment(let earlier): return earlier
        case .inProgress(let rollback):
            throw ActionImpossible(
                "Rollback to \(rollback.commit.shortCommit) is in progress (deployment \(rollback.id)); wait for it, "
                    + "or name the deployment to roll back to.")
        case .unavailable: throw ActionImpossible("There is no earlier successful deployment of another commit.")
        }
    }

    func question(until end: HoldSummary.End = .push, now: Date) -> String {
        let from = left.map { "from \($0.commit.shortCommit) (deployment \($0.id)) " } ?? ""
        let age = target.finishedAt.map { ", \($0.age(at: now))" } ?? ""
        let interruption = deploying.map {
            " \($0.commit.shortCommit) (deployment \($0.id)) is being deployed, and is replaced unless it finishes first."
        }
        return "Roll back \(from)to \(target.quotedCommit) (deployment \(target.id)\(age))? "
            + "Automatic deployments will be on hold \(end.words).\(interruption ?? "")"
    }
}

extension HoldSummary.End: ExpressibleByArgument {}
