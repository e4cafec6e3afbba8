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

    /// Logs to a file in the state directory, while the dashboard uses the terminal.
    static func file(for configuration: Configuration) -> (log: EngineLog, file: LogFile) {
        let path = configuration.state.directory + "/observer.log"
        let file = LogFile(path: path)
        let log = EngineLog(
            level: configuration.logLevel, format: .text, redactor: Redactor(secrets: configuration.secrets),
            write: file.write)
        if let problem = file.problem {
            log.logger.warning("Can't write the log file \(path): \(problem). The log is shown here only.")
        }
        return (log, file)
    }
}
