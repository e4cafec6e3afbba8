package import Foundation
package import Logging

/// The text formats of the Go library logrus, in which the documented log is written.
/// Source: https://github.com/sirupsen/logrus, text_formatter.go
package enum LogrusFormat: Sendable {
    /// `time="2016-05-08T18:48:06Z" level=debug msg="..." sd=step`, for files and collectors.
    case text
    /// `DEBU[0000] ...   sd=step`, for a terminal; the number is the time since the start in seconds.
    case terminal(colored: Bool, since: Date)

    /// One line without its newline, with control characters in message and values escaped.
    func line(at date: Date, level: Logger.Level, message: String, metadata: Logger.Metadata) -> String {
        line(at: date, level: level, message: message, fields: metadata.sortedFields)
    }

    /// - Parameter fields: In their order.
    fileprivate func line(
        at date: Date, level: Logger.Level, message: String, fields: [(String, String)]
    ) -> String {
        switch self {
        case .text:
            var line = "time=\"\(date.rfc3339)\" level=\(level.logrusName) msg=\(message.logrusValue)"
            for (key, value) in fields {
                line += " "
                line += key
                line += "="
                line += value.logrusValue
            }
            return line
        case .terminal(let colored, let start):
            let paint = { (text: String) in colored ? "\u{1B}[\(level.logrusColor)m\(text)\u{1B}[0m" : text }
            let seconds = String(max(0, Int(date.timeIntervalSince(start))))
            let clock = String(repeating: "0", count: max(0, 4 - seconds.count)) + seconds
            let text = message.printable
            let head = paint(String(level.logrusName.uppercased().prefix(4))) + "[\(clock)] " + text
            guard !fields.isEmpty else { return head }
            let padding = String(repeating: " ", count: max(2, 46 - text.count))
            return head + padding + fields.map { "\(paint($0.0))=\($0.1.logrusValue)" }.joined(separator: " ")
        }
    }
}

/// Writes the redacted log, one call for each line.
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
        let all = event.metadata.map { metadata.isEmpty ? $0 : metadata.merging($0) { $1 } } ?? metadata
        // Before formatting, which may escape characters of a secret.
        let fields = all.sortedFields.map { ($0, redactor.redact($1)) }
        let message = redactor.redact("\(event.message)")
        write(format.line(at: Date(), level: event.level, message: message, fields: fields) + "\n")
    }
}

extension Logger.Metadata {
    /// Keys and values as text, in the order of the keys.
    fileprivate var sortedFields: [(String, String)] {
        map { key, value in
            if case .string(let text) = value { (key, text) } else { (key, "\(value)") }
        }.sorted { $0.0 < $1.0 }
    }
}

extension Logger.Level {
    var logrusName: String {
        switch self {
        case .trace, .debug: "debug"
        case .info, .notice: "info"
        case .warning: "warning"
        case .error, .critical: "error"
        }
    }

    fileprivate var logrusColor: Int {
        switch self {
        case .trace, .debug: 37
        case .info, .notice: 36
        case .warning: 33
        case .error, .critical: 31
        }
    }
}

extension String {
    /// The string, quoted if necessary.
    fileprivate var logrusValue: String {
        let isPlain = utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        return isPlain && !isEmpty ? self : goQuoted
    }
}
