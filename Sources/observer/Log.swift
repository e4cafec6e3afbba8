import Foundation
import Glibc
import Logging
import ObserverEngine

/// Where the engine's log goes.
enum Log {
    /// In logrus' text form, and in its short coloured one on a terminal.
    static func standardError(for configuration: Configuration, environment: [String: String]) -> EngineLog {
        let isTerminal = isatty(STDERR_FILENO) == 1 && environment["TERM"] != "dumb"
        let isColored = (environment["NO_COLOR"] ?? "").isEmpty
        return EngineLog(
            level: configuration.logLevel,
            format: isTerminal ? .terminal(colored: isColored, since: Date()) : .text,
            redactor: Redactor(secrets: configuration.secrets), write: LineStream.standardError.write)
    }

    /// Into a file of the state directory, while the terminal belongs to the dashboard. The log of the run before is kept
    /// beside it.
    static func file(for configuration: Configuration) -> EngineLog {
        EngineLog(
            level: configuration.logLevel, format: .text, redactor: Redactor(secrets: configuration.secrets),
            write: LogFile(path: configuration.stateDirectory + "/observer.log").write)
    }
}
