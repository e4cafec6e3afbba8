import ArgumentParser
import ObserverEngine

struct AcceptRepositoryCommand: ActionCommand {
    static let configuration = CommandConfiguration(
        "accept-repository",
        abstract: "Accept a different repository under the watched name.",
        discussion: "Needed after the repository was deleted and recreated. Nothing is deployed until then.")

    @OptionGroup var confirmation: Confirmation
    @OptionGroup var engine: EngineFlags
    @OptionGroup var output: OutputFlags

    func action(_ client: ControlClient) async throws -> ControlAction {
        let state = try await client.engine()
        guard let other = state.otherRepositoryID else {
            throw ActionImpossible(
                "\(state.owner)/\(state.repository) is the watched repository; there is nothing to accept.")
        }
        let known = state.repositoryID.map { " instead of \($0)" } ?? ""
        try await confirmation.confirm(
            "Accept the repository that is now \(state.owner)/\(state.repository)? "
                + "Its GitHub ID is \(other)\(known).")
        return .acceptRepository(id: other)
    }
}
