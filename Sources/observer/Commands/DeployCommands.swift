import ArgumentParser
import ObserverEngine

struct DeployCommand: DeployingCommand {
    static let configuration = CommandConfiguration(
        "deploy", "[<commit>]", abstract: "Deploy the head of the branch, or a specific commit.",
        discussion: "Deploying a commit other than the head puts the branch on hold: it stays at that commit until the "
            + "next push or 'observer resume'.")

    @Argument(
        help: ArgumentHelp(
            "ID of the commit or at least its first 4 digits, a branch, a tag, or 'head'. (default: head)"))
    var commit: String?

    @Flag(name: .goStyle("force"), help: "Apply apps even if their spec is unchanged.")
    var isForced = false

    @Flag(
        name: .goStyle("now"),
        help: "Deploy even if a rule forbids it: a pause, a deploy window, checks or approval. Requires -reason.")
    var overrides = false

    @Option(name: .goStyle("reason"), help: "Reason for overriding the rules; recorded with the deployment.")
    var reason: String?

    @OptionGroup var wait: WaitFlags
    @OptionGroup var engine: EngineFlags
    @OptionGroup var output: OutputFlags

    func validate() throws {
        do {
            _ = try commit.map { try CommitReference($0) }
        } catch let malformed as CommitReference.Malformed {
            throw ValidationError("'\(commit ?? "")' \(malformed).")
        }
        if overrides != (reason != nil) { throw ValidationError("-now and -reason require each other.") }
    }

    func action(_ client: ControlClient) -> ControlAction {
        .deploy(commit: commit, force: isForced, override: reason)
    }
}

struct CancelCommand: ActionCommand {
    static let configuration = CommandConfiguration(
        "cancel", "<id>", abstract: "Cancel a queued or running deployment.",
        discussion: "Changes already applied are not undone.")

    @Argument(help: "ID of the deployment; see 'observer deployments'.", completion: .ids(.unfinished)) var id: Int64

    @OptionGroup var confirmation: Confirmation
    @OptionGroup var engine: EngineFlags
    @OptionGroup var output: OutputFlags

    func action(_ client: ControlClient) async throws -> ControlAction {
        let deployment = try await client.deployment(id).summary
        guard !deployment.stage.isFinal else {
            throw ActionImpossible(
                "Deployment \(id) has already ended: \(deployment.stage.rawValue). Nothing was cancelled.")
        }
        let hold = try await client.engine().hold
        try await confirmation.confirm(Self.question(about: deployment, hold))
        return .cancel(deployment: id)
    }

    static func question(about deployment: DeploymentSummary, _ hold: HoldSummary?) -> String {
        [
            "Cancel deployment \(deployment.id) of \(deployment.commit.shortCommit) (\(deployment.stage.rawValue))?",
            deployment.sentenceOnCancelling, hold?.sentenceOnCancelling(deploymentOf: deployment.commit),
        ].compactMap(\.self).joined(separator: " ")
    }
}
