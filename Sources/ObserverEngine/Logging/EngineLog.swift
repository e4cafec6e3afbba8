package import Logging

/// The log of an engine. Its newest lines are kept for the control API.
package struct EngineLog: Sendable {
    package let logger: Logger
    /// For lines that anyone can cause.
    package let limited: LimitedLog
    package let recent: RecentLog
    package let redactor: Redactor

    /// - Parameter write: Takes a line with its newline.
    package init(
        level: Logger.Level, format: LogrusFormat, redactor: Redactor, write: @escaping @Sendable (String) -> Void
    ) {
        let recent = RecentLog()
        self.recent = recent
        self.redactor = redactor
        let logger = Logger(label: "observer") { _ in
            MultiplexLogHandler([
                LogrusHandler(level: level, format: format, redactor: redactor, write: write),
                RecentLogHandler(level: level, recent: recent, redactor: redactor),
            ])
        }
        self.logger = logger
        limited = LimitedLog(logger: logger)
    }
}
