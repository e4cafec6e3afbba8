import ArgumentParser
import ObserverEngine

struct RegisterCommand: ActionCommand {
    static let configuration = CommandConfiguration(
        "register", abstract: "Register the webhook with GitHub, even if it was removed.")

    @OptionGroup var engine: EngineFlags
    @OptionGroup var output: OutputFlags

    func action(_ client: ControlClient) -> ControlAction { .register }
}

struct ResetCommand: ActionCommand {
    static let configuration = CommandConfiguration(
        "reset", abstract: "Remove the webhook from GitHub until it is registered again.")

    @OptionGroup var confirmation: Confirmation
    @OptionGroup var engine: EngineFlags
    @OptionGroup var output: OutputFlags

    func action(_ client: ControlClient) async throws -> ControlAction {
        let hook = try await client.hook()
        guard let id = hook.id else {
            throw ActionImpossible(
                hook.registration == .unknown
                    ? "It is not known yet which webhook is registered; see 'observer status', and try again."
                    : "No webhook is registered.")
        }
        let url = hook.url.map { " (\($0))" } ?? ""
        try await confirmation.confirm(
            "Remove webhook \(id)\(url)? \(try await client.engine().pushesWithoutWebhook)")
        return .removeHook(id: id)
    }
}

struct PingCommand: ActionCommand {
    static let configuration = CommandConfiguration(
        "ping", abstract: "Request a ping from GitHub and report whether it arrives.")

    @OptionGroup var engine: EngineFlags
    @OptionGroup var output: OutputFlags

    func action(_ client: ControlClient) -> ControlAction { .ping }
}
