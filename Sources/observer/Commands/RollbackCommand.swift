import ArgumentParser
import Foundation
import ObserverEngine

struct RollbackCommand: DeployingCommand {
    static let configuration = CommandConfiguration(
        "rollback", "[<id>]",
        abstract: "Roll back to an earlier deployment and hold the branch there until the next push.",
        discussion: """
            Without an ID, rolls back to the version before the running one. Repeat it to go further back. While another \
            version is being deployed, or one ended without success and left changes, rolls back to the last successful \
            version.
            """)

    @Argument(help: "ID of the deployment; see 'observer deployments'.", completion: .ids(.succeeded)) var id: Int64?

    @Option(
        name: .goStyle("until"),
        help:
            "What ends the hold: the next push or only 'observer resume'. (default: that of the present hold, or push)")
    var end: HoldSummary.End?

    @Option(name: .goStyle("reason"), help: "Reason, shown with the deployment and the hold.") var reason: String?

    @OptionGroup var confirmation: Confirmation
    @OptionGroup var wait: WaitFlags
    @OptionGroup var engine: EngineFlags
    @OptionGroup var output: OutputFlags

    func action(_ client: ControlClient) async throws -> ControlAction {
        let newest = try await client.deployments(limit: ControlPage.limit)
        let wanted: DeploymentSummary? = if let id { try await client.deployment(id).summary } else { nil }
        let choice = try RollbackChoice(newest: newest, wanted: wanted, apps: try await client.apps())
        let engine = try await client.engine()
        try await confirmation.confirm(choice.question(until: end, engine, now: Date()))
        return .rollback(deployment: choice.target.id, seenCurrent: choice.seen?.id, until: end, reason: reason)
    }
}

/// Selects the deployment that a rollback returns to.
struct RollbackChoice {
    /// The newest deployment. If a newer one exists when the rollback is requested, the engine rejects it.
    let seen: DeploymentSummary?
    /// The deployment that the rollback replaces, which may not have succeeded.
    let replaced: DeploymentSummary?
    /// The deployment that has not ended, which the rollback waits for or replaces.
    let deploying: DeploymentSummary?
    /// Newest first.
    private let queued: [DeploymentSummary]
    let target: DeploymentSummary

    /// - Parameters:
    ///   - newest: The deployments, newest first.
    ///   - wanted: The deployment given on the command line.
    ///   - apps: What the target reports.
    /// - Throws: `ActionImpossible`
    init(newest: [DeploymentSummary], wanted: DeploymentSummary?, apps: AppsReport? = nil) throws {
        seen = newest.first
        deploying = newest.running
        queued = newest.filter { $0.stage == .queued }
        target = try Self.target(wanted, among: newest, apps: apps)
        replaced = RollbackTarget.replaced(by: target, in: newest, apps: apps)
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
        switch RollbackTarget.choose(from: newest, apps: apps) {
        case .deployment(let earlier): return earlier
        case .inProgress(let rollback):
            throw ActionImpossible(
                "Rollback to \(rollback.commit.shortCommit) is in progress (deployment \(rollback.id)); wait for it, "
                    + "or name the deployment to roll back to.")
        case .unavailable:
            let searched = newest.count < ControlPage.limit ? "" : " among the newest \(ControlPage.limit)"
            throw ActionImpossible(
                "There is no earlier successful deployment of another commit\(searched). "
                    + "Name a commit to deploy: observer deploy COMMIT.")
        }
    }

    /// - Parameter end: What ends the hold; nil if the operator did not decide it.
    func question(until end: HoldSummary.End?, _ engine: EngineState, now: Date) -> String {
        let from = replaced.map { "from \($0.commit.shortCommit) (deployment \($0.id)\(Self.end(of: $0))) " } ?? ""
        let age = target.finishedAt.map { ", \($0.age(at: now))" } ?? ""
        let until = end ?? engine.hold?.until ?? .push
        return [
            "Roll back \(from)to \(target.quotedCommit) (deployment \(target.id)\(age))?",
            "Automatic deployments will be on hold \(until.words).",
            deploying.map {
                "\($0.commit.shortCommit) (deployment \($0.id)) \($0.effect); "
                    + "the rollback starts once that has ended or can be stopped."
            },
            engine.isPaused ? "Deployments are paused, so the rollback waits until they are resumed." : nil,
            queued.supersession,
        ].compactMap(\.self).joined(separator: " ")
    }

    /// `, which failed and may have left changes`
    private static func end(of deployment: DeploymentSummary) -> String {
        deployment.stage.isFinal && deployment.stage != .succeeded ? ", which \(deployment.effect)" : ""
    }
}

extension HoldSummary.End: ExpressibleByArgument {}
