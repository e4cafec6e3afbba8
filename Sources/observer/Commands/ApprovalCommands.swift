import ArgumentParser
import Foundation
import ObserverEngine

struct ApproveCommand: DeployingCommand {
    static let configuration = CommandConfiguration(
        "approve", "<id>", abstract: "Approve the plan of a deployment that is waiting for approval.",
        discussion: "Shows the plan first, and asks. If the target changes before the plan is applied, the deployment "
            + "waits for another approval.")

    @Argument(help: "ID of the deployment; see 'observer deployments'.", completion: .ids(.unapproved)) var id: Int64

    @OptionGroup var confirmation: Confirmation
    @OptionGroup var wait: WaitFlags
    @OptionGroup var engine: EngineFlags
    @OptionGroup var output: OutputFlags

    func action(_ client: ControlClient) async throws -> ControlAction {
        let detail = try await client.deployment(id)
        guard let plan = detail.summary.plan else { throw ActionImpossible.noApproval(detail.summary) }
        if let refusal = detail.approvalRefusal { throw ActionImpossible(refusal) }
        let page =
            detail.changes.isEmpty
            ? ["The changes of a deploy command are unknown until it runs.", ""]
            : PlanPage.changes(detail.changes, in: TextStyle())
        try FileHandle.standardError.write(contentsOf: Data(page.map { $0 + "\n" }.joined().utf8))
        try await confirmation.confirm("Approve \(detail.summary.nameInQuestion)?")
        return .approve(deployment: id, plan: plan)
    }
}

struct RejectCommand: ActionCommand {
    static let configuration = CommandConfiguration(
        "reject", "<id>", abstract: "Reject the plan of a deployment that is waiting for approval.",
        discussion: "The deployment ends, and its commit is not deployed until the branch moves.")

    @Argument(help: "ID of the deployment; see 'observer deployments'.", completion: .ids(.unapproved)) var id: Int64

    @Option(name: .goStyle("reason"), help: "Reason, shown with the deployment.") var reason: String?

    @OptionGroup var confirmation: Confirmation
    @OptionGroup var engine: EngineFlags
    @OptionGroup var output: OutputFlags

    func action(_ client: ControlClient) async throws -> ControlAction {
        let deployment = try await client.deployment(id).summary
        guard deployment.plan != nil else { throw ActionImpossible.noApproval(deployment) }
        try await confirmation.confirm("Reject \(deployment.nameInQuestion)?")
        return .reject(deployment: id, reason: reason)
    }
}

extension DeploymentSummary {
    /// `deployment 24 of c142e23 "Scale up the web servers"`
    var nameInQuestion: String { "deployment \(id) of \(quotedCommit)" }

    /// `c142e23 "Scale up the web servers"`
    var quotedCommit: String { "\(commit.shortCommit)\(message.map { " \"\($0)\"" } ?? "")" }
}

extension ActionImpossible {
    fileprivate static func noApproval(_ deployment: DeploymentSummary) -> ActionImpossible {
        let state = deployment.stage.predicate + (deployment.wait.map { ": \($0.sentence)" } ?? "")
        return ActionImpossible("Deployment \(deployment.id) is not waiting for approval; it \(state).")
    }
}
