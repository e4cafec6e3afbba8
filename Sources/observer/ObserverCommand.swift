import ArgumentParser
import Foundation
import Glibc
import ObserverEngine

/// `observer`: without a verb it watches a branch and deploys what is pushed there; with one it talks to an observer that
/// runs.
@main
struct ObserverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "observer",
        abstract: "Deploys what is pushed to a branch.",
        subcommands: [
            RunCommand.self, AttachCommand.self, StatusCommand.self, RegisterCommand.self, ResetCommand.self,
            PingCommand.self,
            DeployCommand.self, RollbackCommand.self, DeliveriesCommand.self, DeliveryCommand.self, ReplayCommand.self,
            DeploymentsCommand.self, LogsCommand.self, PauseCommand.self, ResumeCommand.self, CancelCommand.self,
            DoctorCommand.self,
        ],
        defaultSubcommand: RunCommand.self,
        helpNames: [])

    static func main() async {
        StandardStreams.openMissing()
        CoreDumps.forbid()
        // A reader of our output that goes away must not take us with it.
        signal(SIGPIPE, SIG_IGN)
        // A file that may not grow any more is an error of whoever writes it, not the end.
        signal(SIGXFSZ, SIG_IGN)
        do {
            var command = try parseAsRoot(GoToggles.parsed(Array(CommandLine.arguments.dropFirst())))
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            ExitStatus(of: error).exit(saying: explanation(of: error))
        }
    }
}
