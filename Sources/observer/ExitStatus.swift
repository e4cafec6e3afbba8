import ArgumentParser
import Foundation
import Glibc
import ObserverEngine

/// How the program ends; the numbers are those of sysexits.h.
enum ExitStatus: Int32 {
    case success = 0
    /// What was asked for is refused or impossible, or a check of `doctor` failed.
    case failure = 1
    /// Wrong flags or settings.
    case usage = 64
    /// The address to listen on is taken, or no observer answers.
    case unavailable = 69
    case software = 70
    /// The state directory or the database can't be used.
    case cannotCreate = 73
    /// Another observer works with the state directory, or the world has moved since the person looked.
    case temporaryFailure = 75
    /// GitHub refuses the token, or an observer the admin token.
    case refused = 77

    init(of error: any Error) {
        self =
            switch error {
            case is ConfigurationError, is ServerCertificate.Unusable: .usage
            case is Authentication.Refused: .refused
            case is ObserverServer.ListenFailure: .unavailable
            case StateDirectory.Problem.taken: .temporaryFailure
            case is StateDirectory.Problem, is Store.Unusable: .cannotCreate
            case is EnginePlace.Unknown: .usage
            case is LogReading.Lost: .unavailable
            case is Impossible, is Confirmation.Declined, is DoctorReport.Failed: .failure
            case let error as ControlClient.Failure: .init(ofAnswer: error.status)
            default: ObserverCommand.exitCode(for: error) == .validationFailure ? .usage : .software
            }
    }

    /// - Parameter status: Of the control API; nil where none came.
    private init(ofAnswer status: Int?) {
        self =
            switch status {
            case nil: .unavailable
            case 401, 429: .refused
            case 409: .temporaryFailure
            default: .failure
            }
    }

    func exit(saying message: String) -> Never {
        // After the log.
        LineStream.standardError.write("observer: \(message)\n")
        LineStream.standardError.flush(within: .seconds(1))
        exit()
    }

    func exit() -> Never {
        Foundation.exit(rawValue)
    }
}

extension ObserverCommand {
    /// What an operator reads when the program can't go on.
    static func explanation(of error: any Error) -> String {
        switch error {
        case let error as ConfigurationError: "\(error)"
        case let error as Authentication.Refused: "\(error)"
        case let error as ObserverServer.ListenFailure: "\(error)"
        case let error as StateDirectory.Problem: "\(error)"
        case let error as ServerCertificate.Unusable: "\(error)"
        case let error as Store.Unusable: "\(error)"
        case let error as EnginePlace.Unknown: "\(error)"
        case is LogReading.Lost, is Impossible, is Confirmation.Declined, is DoctorReport.Failed,
            is ControlClient.Failure:
            "\(error)".printable
        default:
            // A token that was typed without its flag must not be repeated on the screen.
            message(for: error).replacing(#/\w{36,}/#, with: "********")
                + "\nRun 'observer -h' for the flags."
        }
    }
}
