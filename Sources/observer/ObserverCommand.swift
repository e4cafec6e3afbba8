import ArgumentParser
import Foundation
import ObserverEngine

/// `observer`: runs an engine, or talks to a running one if a command is given. Start reading here.
@main
struct ObserverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "observer",
        subcommands: groups.flatMap(\.commands) + [CompleteCommand.self, RunCommand.self],
        defaultSubcommand: RunCommand.self,
        // The help of the run keeps the format of Go's flags: `RunHelp`.
        helpNames: [])

    /// The commands in the order of the help.
    static let groups: [(title: String, commands: [any ParsableCommand.Type])] = [
        (
            "Status",
            [
                StatusCommand.self, AttachCommand.self, AppsCommand.self, WhyCommand.self, DeploymentsCommand.self,
                LogsCommand.self, DeliveriesCommand.self, DeliveryCommand.self, AuditCommand.self,
                DoctorCommand.self,
            ]
        ),
        (
            "Deployment",
            [
                PlanCommand.self, DeployCommand.self, RollbackCommand.self, ReplayCommand.self, CancelCommand.self,
                ApproveCommand.self, RejectCommand.self, PauseCommand.self, ResumeCommand.self,
                AcceptRepositoryCommand.self,
            ]
        ),
        ("Webhook", [RegisterCommand.self, ResetCommand.self, PingCommand.self]),
        (
            "Other",
            [InitCommand.self, TokenCommand.self, HelpCommand.self, VersionCommand.self, CompletionCommand.self]
        ),
    ]

    static func main() async {
        ProcessSetup.run()
        let arguments = Array(CommandLine.arguments.dropFirst())
        do {
            var command = try parsed(parserArguments(arguments))
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch is PlanPage.WouldChange {
            Foundation.exit(ExitStatus.wouldChange.rawValue)
        } catch {
            var error = error
            var status = ExitStatus(of: error)
            // The parser reports a request for help as an error, too. It also reads `-healt` as a group of flags with -h in
            // it.
            if status == .success {
                guard !asksForHelp(arguments), hasUnknownFlag(arguments) else { exit(withError: error) }
                error = ValidationError("Unknown flag.")
                status = ExitStatus(of: error)
            }
            await status.exit(reporting: explanation(of: error, arguments: arguments), asJSON: wantsJSON(arguments))
        }
    }

    /// The arguments in the form that the parser expects.
    static func parserArguments(_ arguments: [String]) throws -> [String] {
        if GoArguments.arePlain(arguments) { return arguments }
        return GoArguments(command: try CommandDescription(of: arguments)).parsed(arguments)
    }

    /// The command with its arguments.
    static func parsed(_ arguments: [String]) throws -> any ParsableCommand {
        // Reading the arguments as those of the one command saves describing all others. What it does not accept is read
        // again as a whole, for the message.
        if let command = command(of: arguments) {
            let isNamed = arguments.first == command.configuration.commandName
            if let parsed = try? command.parseAsRoot(Array(arguments.dropFirst(isNamed ? 1 : 0))) { return parsed }
        }
        return try parseAsRoot(arguments)
    }

    /// The command that the arguments start with; the run if they start with a flag; nil for an unknown command.
    static func command(of arguments: [String]) -> (any ParsableCommand.Type)? {
        guard let first = arguments.first, !first.hasPrefix("-") else { return RunCommand.self }
        return command(named: first)
    }

    private static func asksForHelp(_ arguments: [String]) -> Bool {
        arguments.first == "help" || arguments.contains { ["h", "help"].contains($0.flagName?.prefix { $0 != "=" }) }
    }

    private static func hasUnknownFlag(_ arguments: [String]) -> Bool {
        let command = try? CommandDescription(of: arguments)
        return command.flatMap { $0 }.map { MistypedArgument.unknownFlag(in: arguments, of: $0) != nil } ?? false
    }

    static func command(named name: String?) -> (any ParsableCommand.Type)? {
        configuration.subcommands.first { $0.configuration.commandName == name }
    }

    /// Whether errors are printed as JSON, too, even those in the arguments themselves.
    private static func wantsJSON(_ arguments: [String]) -> Bool {
        arguments.prefix { $0 != "--" }.contains { ["json", "json=true"].contains($0.flagName) }
    }
}

extension CommandDescription {
    /// The command that the arguments start with; the run if they start with a flag.
    /// - Returns: nil for an unknown command.
    init?(of arguments: [String]) throws {
        guard let command = ObserverCommand.command(of: arguments) else { return nil }
        try self.init(command, showsHidden: command == RunCommand.self)
    }
}

extension CommandLineDescription {
    /// The parser takes seconds in a debug build to describe all commands.
    private static let described = Result {
        CommandLineDescription(
            run: try CommandDescription(RunCommand.self, showsHidden: true),
            groups: try ObserverCommand.groups.map { group in
                Group(title: group.title, commands: try group.commands.map { try CommandDescription($0) })
            })
    }

    /// The command line of this program.
    static func ofProgram() throws -> CommandLineDescription { try described.get() }
}
