import ArgumentParser
import ObserverEngine

struct AcceptRepositoryCommand: ActionCommand {
    static let configuration = CommandConfiguration(
        "accept-repository",
        abstract: "Continue with another repository that has the watched name now.",
        discussion: "Needed after the repository was deleted and created again. Nothing is deployed before.")

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
            "Deploy from the repository that is \(state.owner)/\(state.repository) now? "
                + "Its id at GitHub is \(other)\(known).")
        return .acceptRepository(id: other)
    }
}
