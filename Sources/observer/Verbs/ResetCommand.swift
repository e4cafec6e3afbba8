import ArgumentParser
import ObserverEngine

struct ResetCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "reset", abstract: "Removes the webhook at GitHub; it stays removed until register.", helpNames: []
    )

    @OptionGroup var confirmation: Confirmation
    @OptionGroup var engine: EngineFlags
    @OptionGroup var output: OutputFlags
    @OptionGroup var help: HelpFlag

    func perform() async throws {
        try output.write(
            ActionResult(
                result: await engine.ask { client in
                    let hook = try await client.hook()
                    guard let id = hook.id else { throw Impossible("There is no registered webhook.") }
                    try confirmation.confirm(
                        "Remove the webhook #\(id) that leads to \(hook.url ?? "us")? "
                            + "Until it is registered again, pushes are found only by looking at the branch (-poll).")
                    return try await client.perform(.removeHook(id: id))
                }))
    }
}
