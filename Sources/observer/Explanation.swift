import ArgumentParser
import ObserverEngine
import ObserverTUI

extension ObserverCommand {
    /// The message that explains to an operator why the program ends.
    static func explanation(of error: any Error, arguments: [String] = []) -> String {
        switch error {
        case let error as ConfigurationError: "\(error)"
        case let error as Authentication.Refused: "\(error)"
        case let error as ObserverServer.ListenFailure: "\(error)"
        case let error as StateDirectory.Problem: "\(error)"
        case let error as ServerCertificate.Unusable: "\(error)"
        case let error as TokenFile.Unusable: "\(error)".printable
        case let error as Store.Unusable: "\(error)"
        case let error as EngineEndpoint.Unknown: "\(error)"
        case let error as ControlClient.Failure where error.isUnconnected:
            "\(error) Start it with 'observer', or select another with -socket or -url.".printable
        case let error as ActionImpossible:
            "\(error)".split(separator: "\n").map { String($0).printable }.joined(separator: "\n")
        case is TerminalUnavailable, is ConnectionLost, is Confirmation.Declined,
            is DoctorReport.Failed, is InitCommand.Unfinished, is PlanPage.Invalid, is DeploymentNotSucceeded,
            is WaitTimedOut, is ControlClient.Failure:
            "\(error)".printable
        default: usageProblem(error, arguments)
        }
    }

    private static func usageProblem(_ error: any Error, _ arguments: [String]) -> String {
        let isUsage = ExitStatus(of: error) == .usage
        let message = Self.message(for: error)
        let problem = isUsage ? problem(in: arguments) ?? explained(message, arguments) : message
        // A token that was typed without its flag must not appear on the screen.
        let redacted = problem.replacing(#/\w{36,}/#, with: "********")
        return isUsage ? "\(redacted.asSentence)\n\(advice(arguments))" : redacted
    }

    /// A more helpful message than that of the parser.
    private static func problem(in arguments: [String]) -> String? {
        guard let commandLine = try? CommandLineDescription.ofProgram() else { return nil }
        if let toggle = GoArguments(command: commandLine.command(of: arguments)).invalidToggle(in: arguments) {
            return "\(toggle.flag): '\(toggle.value)' is neither true nor false."
        }
        return MistypedArgument(in: arguments, of: commandLine)?.sentence
    }

    /// The parser's message about an argument, followed by the description of that argument.
    private static func explained(_ message: String, _ arguments: [String]) -> String {
        guard let command = try? CommandLineDescription.ofProgram().command(of: arguments),
            let argument = command.positionals.first(where: { message.hasSuffix("'<\($0.valueName)>'") })
        else { return message }
        let summary = argument.summary.replacing(#/ \(default: .*\)$/#, with: "")
        let id = "ID of the "
        if summary.hasPrefix(id),
            let value = message.wholeMatch(of: #/The value '(.*)' is invalid for '<.*>'/#)?.1
        {
            return "'\(value)' is not the ID of a \(summary.dropFirst(id.count))"
        }
        return "\(message): \(summary)"
    }

    private static func advice(_ arguments: [String]) -> String {
        let command = command(named: arguments.first)
        if let name = command?.configuration.commandName, command != HelpCommand.self {
            return "Run 'observer \(name) -h' for help."
        }
        if let later = arguments.dropFirst().first(where: { self.command(named: $0) != nil }), command == nil {
            return "Put the command first: observer \(later) [options]"
        }
        return "Run 'observer -h' for flags and commands."
    }
}
