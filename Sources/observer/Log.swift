import Foundation
import Glibc
import Logging
import ObserverEngine

/// The destinations of the engine's log.
enum Log {
    /// Logs in logrus' text form, and in its short colored form on a terminal.
    static func standardError(for configuration: Configuration, environment: [String: String]) -> EngineLog {
        let isTerminal = isatty(STDERR_FILENO) == 1 && environment["TERM"] != "dumb"
        let isColored = (environment["NO_COLOR"] ?? "").isEmpty
        return EngineLog(
            level: configuration.logLevel,
            format: isTerminal ? .terminal(colored: isColored, since: Date()) : .text,
            redactor: Redactor(secrets: configuration.secrets), write: LineStream.standardError.write)
    }

    /// Logs to a file in the state directory, while the dashboard uses the terminal. The log of the previous run is kept
    /// next to it.
    static func file(for configuration: Configuration) -> (log: EngineLog, file: LogFile) {
        let file = LogFile(path: configuration.state.directory + "/observer.log")
        let log = EngineLog(
            level: configuration.logLevel, format: .text, redactor: Redactor(secrets: configuration.secrets),
            write: file.write)
        return (log, file)
    }
}
