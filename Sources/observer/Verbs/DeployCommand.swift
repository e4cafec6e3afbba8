import ArgumentParser
import ObserverEngine

struct DeployCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "deploy", abstract: "Deploys the head of the branch, or a commit.", helpNames: [])

    @Argument(help: "the whole id of a commit") var commit: String?

    @Flag(name: .goStyle("force"), help: "apply apps whose spec has not changed, too")
    var isForced = false

    @OptionGroup var engine: EngineFlags
    @OptionGroup var output: OutputFlags
    @OptionGroup var help: HelpFlag

    func perform() async throws {
        try output.write(
            ActionResult(result: await engine.ask { try await $0.perform(.deploy(commit: commit, force: isForced)) }))
    }
}
