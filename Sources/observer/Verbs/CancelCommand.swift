import ArgumentParser
import ObserverEngine

struct CancelCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "Ends a deployment that waits or runs.", helpNames: [])

    @OptionGroup var row: RowID
    @OptionGroup var confirmation: Confirmation
    @OptionGroup var engine: EngineFlags
    @OptionGroup var output: OutputFlags
    @OptionGroup var help: HelpFlag

    func perform() async throws {
        let id = try row.required(of: "deployment", listedBy: "deployments")
        try output.write(
            ActionResult(
                result: await engine.ask { client in
                    let deployment = try await client.deployment(id).summary
                    try confirmation.confirm(
                        "Cancel deployment \(id) of \(deployment.commit.prefix(7)), which is \(deployment.stage.rawValue)? "
                            + "What Marathon has begun goes on there.")
                    return try await client.perform(.cancel(deployment: id))
                }))
    }
}
