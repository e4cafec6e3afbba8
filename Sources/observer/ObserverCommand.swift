import ArgumentParser
import Foundation
import ObserverEngine

/// `observer`: runs an engine, or talks to a running one if a command is given. Start reading here.
@main
struct ObserverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "observer",
        subcommands: clientCommands + [RunCommand.self, HelpCommand.self],
        defaultSubcommand: RunCommand.self,
        // The help of the run keeps the format of Go's flags: `RunHelp`.
        helpNames: [])

    static let clientCommands: [any ParsableCommand.Type] = [
        AttachCommand.self, StatusCommand.self, AppsCommand.self, WhyCommand.self, RegisterCommand.self,
        ResetCommand.self, PingCommand.self,
        DeployCommand.self, RollbackCommand.self, DeliveriesCommand.self, DeliveryCommand.self, ReplayCommand.self,
        DeploymentsCommand.self, PlanCommand.self, LogsCommand.self, PauseCommand.self, ResumeCommand.self,
        CancelCommand.self,
        DoctorCommand.self,
    ]

    static func main() async {
        ProcessSetup.run()
        let arguments = Array(CommandLine.arguments.dropFirst())
        do {
            var command = try parseAsRoot(GoToggles.parsed(arguments))
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch is PlanPage.WouldChange {
            Foundation.exit(ExitStatus.wouldChange.rawValue)
        } catch {
            let status = ExitStatus(of: error)
            // The parser reports a request for help as an error, too.
            if status == .success { exit(withError: error) }
            await status.exit(reporting: explanation(of: error, arguments: arguments))
        }
    }

    static func command(named name: String?) -> (any ParsableCommand.Type)? {
        configuration.subcommands.first { $0.configuration.commandName == name }
    }
}

/// `observer help`, and `observer help COMMAND`.
struct HelpCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        "help", "[<command>]", abstract: "Show the help of a command, or the flags of a run and the list of commands.")

    @Argument(help: "Name of the command.") var command: String?

    func run() throws {
        guard let command, command != RunCommand.configuration.commandName else {
            return print(RunHelp.text, terminator: "")
        }
        guard let type = ObserverCommand.command(named: command) else {
            throw ValidationError("Unknown command '\(command)'.")
        }
        throw CleanExit.helpRequest(type)
    }
}
