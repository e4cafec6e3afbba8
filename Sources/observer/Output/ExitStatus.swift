import Foundation
import ObserverEngine

/// The exit status of the program. The numbers are those of sysexits.h, and 124 is that of timeout(1).
enum ExitStatus: Int32, CaseIterable {
    case success = 0
    case failure = 1
    case wouldChange = 2
    case usage = 64
    case unavailable = 69
    case software = 70
    case cannotCreate = 73
    case temporaryFailure = 75
    case refused = 77
    case timedOut = 124

    var meaning: String {
        switch self {
        case .success: "Success."
        case .failure:
            "The request was rejected, is impossible or was not confirmed; a check of doctor failed; init found a "
                + "problem to fix first; a plan found invalid specs; or the deployment that was waited for or followed did not succeed."
        case .wouldChange: "A planned deployment would change something."
        case .usage: "The command line, a setting, a certificate or a token file is invalid, or a terminal is missing."
        case .unavailable:
            "The listening address is not available, no observer responds, or the connection to it was lost."
        case .software: "Unexpected error."
        case .cannotCreate: "The state directory or the database is not usable."
        case .temporaryFailure: "Another observer uses the state directory, or the state changed since it was read."
        case .refused: "GitHub rejected the token, or the observer rejected the token of the command or its role."
        case .timedOut: "The deployment had not ended at -wait-timeout; it continues."
        }
    }

    /// - Parameter isJSON: Whether the message is printed as an object with `error` and `exitStatus`.
    func exit(reporting message: String, asJSON isJSON: Bool = false) async -> Never {
        let text = isJSON ? json(reporting: message) : nil
        // The message follows the log.
        LineStream.standardError.write((text ?? "observer: \(message)") + "\n")
        await LineStream.standardError.flush(within: .seconds(1))
        Foundation.exit(rawValue)
    }

    /// The object with `error`, whose lines become one, and `exitStatus`.
    func json(reporting message: String) -> String? {
        struct Report: Encodable {
            let error: String
            let exitStatus: Int32
        }
        let lines = message.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        let report = Report(error: lines.joined(separator: " "), exitStatus: rawValue)
        return (try? JSONFormat.encoder.encode(report)).map { String(decoding: $0, as: UTF8.self) }
    }
}
