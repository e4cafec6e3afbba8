import ArgumentParser
import Foundation
import ObserverEngine
import ObserverTUI

/// The exit status of the program; the numbers are those of sysexits.h.
enum ExitStatus: Int32 {
    case success = 0
    /// The request was rejected or is impossible, or a check of `doctor` failed.
    case failure = 1
    /// `plan`: a deployment would change something.
    case wouldChange = 2
    /// The flags or settings are invalid.
    case usage = 64
    /// The listen address is in use, or no observer responds.
    case unavailable = 69
    case software = 70
    /// The state directory or the database cannot be used.
    case cannotCreate = 73
    /// Another observer uses the state directory, or the state changed since it was read.
    case temporaryFailure = 75
    /// GitHub rejects the token, or an observer rejects the admin token.
    case refused = 77

    init(of error: any Error) {
        self =
            switch error {
            case is ConfigurationError, is ServerCertificate.Unusable, is TerminalUnavailable: .usage
            case is Authentication.Refused: .refused
            case is ObserverServer.ListenFailure: .unavailable
            case StateDirectory.Problem.taken: .temporaryFailure
            case is StateDirectory.Problem, is Store.Unusable: .cannotCreate
            case is EngineEndpoint.Unknown: .usage
            case is LogReader.ConnectionLost: .unavailable
            case is ActionImpossible, is Confirmation.Declined, is DoctorReport.Failed, is PlanPage.Invalid: .failure
            case is PlanPage.WouldChange: .wouldChange
            case let error as ControlClient.Failure: .init(ofResponse: error.status)
            default: .init(of: ObserverCommand.exitCode(for: error))
            }
    }

    private init(of code: ExitCode) {
        self =
            switch code {
            case .success: .success
            case .validationFailure: .usage
            default: .software
            }
    }

    /// - Parameter status: The status of the control API's response; nil if there was none.
    private init(ofResponse status: Int?) {
        self =
            switch status {
            case nil: .unavailable
            case 401, 429: .refused
            case 409: .temporaryFailure
            default: .failure
            }
    }

    func exit(reporting message: String) async -> Never {
        // The message follows the log.
        LineStream.standardError.write("observer: \(message)\n")
        await LineStream.standardError.flush(within: .seconds(1))
        Foundation.exit(rawValue)
    }
}

extension ObserverCommand {
    /// The message that explains to an operator why the program ends.
    static func explanation(of error: any Error, arguments: [String] = []) -> String {
        switch error {
        case let error as ConfigurationError: "\(error)"
        case let error as Authentication.Refused: "\(error)"
        case let error as ObserverServer.ListenFailure: "\(error)"
        case let error as StateDirectory.Problem: "\(error)"
        case let error as ServerCertificate.Unusable: "\(error)"
        case let error as Store.Unusable: "\(error)"
        case let error as EngineEndpoint.Unknown: "\(error)"
        case let error as TerminalUnavailable: "\(error)".printable
        case let error as ControlClient.Failure where error.status == nil:
            "\(error) Start it with 'observer', or select another with -socket or -url.".printable
        case is LogReader.ConnectionLost, is ActionImpossible, is Confirmation.Declined, is DoctorReport.Failed,
            is PlanPage.Invalid, is ControlClient.Failure:
            "\(error)".printable
        default: usageProblem(error, arguments)
        }
    }

    private static func usageProblem(_ error: any Error, _ arguments: [String]) -> String {
        let command = command(named: arguments.first)
        let isUnknown = command == nil && arguments.first.map { !$0.hasPrefix("-") } ?? false
        let problem = isUnknown ? "Unknown command '\(arguments[0])'." : message(for: error)
        // A token that was typed without its flag must not appear on the screen.
        let redacted = problem.replacing(#/\w{36,}/#, with: "********")
        guard ExitStatus(of: error) == .usage else { return redacted }
        return "\(redacted)\n\(advice(command, arguments))"
    }

    private static func advice(_ command: (any ParsableCommand.Type)?, _ arguments: [String]) -> String {
        if let name = command?.configuration.commandName, command != HelpCommand.self {
            return "Run 'observer \(name) -h' for help."
        }
        if let later = arguments.dropFirst().first(where: { self.command(named: $0) != nil }), command == nil {
            return "Put the command first: observer \(later) [options]"
        }
        return "Run 'observer -h' for flags and commands."
    }
}
