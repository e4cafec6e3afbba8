import ArgumentParser
import Foundation
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
    @Option(name: .goStyle("man-pages"), help: ArgumentHelp("Write all pages to a directory.", visibility: .hidden))
    var manualDirectory: String?

    func run() throws {
        if let manualDirectory {
            for page in try Manual.ofProgram().pages {
                try page.text.write(toFile: "\(manualDirectory)/\(page.file)", atomically: true, encoding: .utf8)
            }
            return
        }
        if isManual, let page = try Manual.ofProgram().page(named: command) {
            return print(page.text, terminator: "")
        }
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
        "completion", "<shell>", abstract: "Print the completion script for a shell.",
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

extension Manual {
    static func ofProgram() throws -> Manual {
        Manual(
            commandLine: try CommandLineDescription.ofProgram(), version: Version.current,
            // A line break would begin a paragraph.
            introduction: RunHelp.introduction.replacing("\n", with: " "),
            variables: Setting.allCases.compactMap { setting in
                setting.environmentVariable.map { ManualPage.Entry(term: $0, text: setting.variableHelp) }
            },
            files: [
                .init(
                    term: "./dploy.app",
                    text: "The app descriptor: app_name, repo_url, trigger_branch, public_node and marathon_url."),
                .init(term: "./.pat", text: "The personal access token, unless -pat-file names another file."),
                .init(
                    term: "$XDG_STATE_HOME/dploy-observer/OWNER/REPO/BRANCH",
                    text: "The state, unless -state names another directory: the database observer.sqlite, and "
                        + "control.sock, to which commands connect."),
                .init(term: "/etc/default/dploy-observer", text: "The variables of the service of a Debian package."),
            ])
    }
}
