import ArgumentParser
import ObserverEngine

/// `observer help`, and `observer help COMMAND`.
struct HelpCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        "help", "[<command>]", abstract: "Show this help, or the help of a command.")

    @Argument(
        help: "Name of the command.",
        completion: .list(ObserverCommand.groups.flatMap(\.commands).compactMap { $0.configuration.commandName }))
    var command: String?

    // For packages; operators read it with man(1).
    @Flag(name: .goStyle("man"), help: ArgumentHelp("Print the manual page in troff.", visibility: .hidden))
    var isManual = false

    func run() throws {
        if isManual { return print(try ManualPage.ofProgram().text, terminator: "") }
        guard let command, command != RunCommand.configuration.commandName else {
            return print(RunHelp.text, terminator: "")
        }
        guard let type = ObserverCommand.command(named: command) else {
            let mistyped = MistypedArgument(in: [command], of: try CommandLineDescription.ofProgram())
            throw ValidationError(mistyped?.sentence ?? "There is no command '\(command)'.")
        }
        throw CleanExit.helpRequest(type)
    }
}

/// `observer version`, as `observer -version`.
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration("version", abstract: "Print the version.")

    @OptionGroup var output: OutputFlags

    func run() throws {
        try output.write(VersionReport(version: Version.current))
    }
}

struct VersionReport: Report {
    let version: String

    func lines(in style: TextStyle) -> [String] { ["dploy observer version \(version)"] }
}

/// `observer completion SHELL`.
struct CompletionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        "completion", "<shell>", abstract: "Print the script that completes commands and flags in a shell.",
        discussion: """
            bash: source <(observer completion bash)
            zsh:  observer completion zsh > "${fpath[1]}/_observer"
            fish: observer completion fish > ~/.config/fish/completions/observer.fish
            """)

    @Argument(help: "Name of the shell.") var shell: Shell

    func run() throws {
        print(CompletionScript(commandLine: try CommandLineDescription.ofProgram()).text(for: shell), terminator: "")
    }
}

extension Shell: ExpressibleByArgument {}

extension ManualPage {
    static func ofProgram() throws -> ManualPage {
        ManualPage(
            commandLine: try CommandLineDescription.ofProgram(), version: Version.current,
            introduction: RunHelp.introduction,
            exitStatuses: ExitStatus.allCases.map { Entry(term: String($0.rawValue), text: $0.meaning) })
    }
}
