import ArgumentParser
import Foundation
import ObserverEngine

struct RollbackCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Deploys the commit of an earlier deployment and holds the branch there until the next push.",
        discussion:
            "Without ID it goes back to the newest succeeded deployment of another commit than the one that runs.",
        helpNames: [])

    @OptionGroup var row: RowID
    @OptionGroup var confirmation: Confirmation
    @OptionGroup var engine: EngineFlags
    @OptionGroup var output: OutputFlags
    @OptionGroup var help: HelpFlag

    func perform() async throws {
        try output.write(
            ActionResult(
                result: await engine.ask { client in
                    let newest = try await client.deployments(limit: ControlService.pageLimit)
                    let wanted: DeploymentSummary? =
                        if let id = row.given { try await client.deployment(id).summary } else { nil }
                    let choice = try RollbackChoice(newest: newest, wanted: wanted)
                    try confirmation.confirm(choice.question(now: Date()))
                    return try await client.perform(
                        .rollback(deployment: choice.target.id, seenCurrent: choice.seen?.id))
                }))
    }
}
