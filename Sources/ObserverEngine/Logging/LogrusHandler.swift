import Foundation
package import Logging

/// Writes the log to a stream, one write for each line, secrets redacted.
package struct LogrusHandler: LogHandler {
    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]
    private let format: LogrusFormat
    private let redactor: Redactor
    private let write: @Sendable (String) -> Void

    /// - Parameter write: Takes a line with its newline.
    package init(
        level: Logger.Level, format: LogrusFormat, redactor: Redactor, write: @escaping @Sendable (String) -> Void
    ) {
        self.logLevel = level
        self.format = format
        self.redactor = redactor
        self.write = write
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        // Before the format: in a line, a secret may have escapes in it.
        let fields = (event.metadata.map { metadata.merging($0) { $1 } } ?? metadata)
            .mapValues { Logger.MetadataValue.string(redactor.redact("\($0)")) }
        let message = redactor.redact("\(event.message)")
        write(format.line(at: Date(), level: event.level, message: message, metadata: fields) + "\n")
    }
}
