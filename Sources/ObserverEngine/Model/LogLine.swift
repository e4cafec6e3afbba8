package import struct Foundation.Date

/// One line of the log of a deployment or of the engine, redacted before it came here.
package struct LogLine: Codable, Sendable, Equatable {
    package enum Level: String, Codable, Sendable {
        case debug, info, warning, error
    }

    /// Counts up from 1 within one deployment's log, or within the engine's.
    package var sequence: Int64
    package var at: Date
    package var level: Level
    /// One word for the column that the eye follows: fetched, checked, applied, waiting, failed.
    package var verb: String
    package var text: String
    /// nil in the engine's own log.
    package var deployment: Int64?

    package init(
        sequence: Int64, at: Date, level: Level = .info, verb: String, text: String, deployment: Int64? = nil
    ) {
        self.sequence = sequence
        self.at = at
        self.level = level
        self.verb = verb
        self.text = text
        self.deployment = deployment
    }
}
