import Foundation
package import Logging
import Synchronization

/// The newest lines of the engine's log, for the control API.
package final class RecentLog: Sendable {
    package static let capacity = 1000
    /// Maximum length of a line in bytes; lines may contain untrusted text.
    package static let lineLimit = 8 * 1024

    private struct State {
        var lines: [LogLine] = []
        var sequence: Int64 = 0
        var listener: (@Sendable (LogLine) -> Void)?
    }

    private let state = Mutex(State())

    package init() {}

    /// Oldest first.
    package var lines: [LogLine] { state.withLock(\.lines) }

    /// Calls the listener for every further line, in order; it must not write to the log.
    func listen(_ listener: @escaping @Sendable (LogLine) -> Void) {
        state.withLock { $0.listener = listener }
    }

    func append(level: LogLine.Level, verb: String, text: String) {
        state.withLock { state in
            state.sequence += 1
            let line = LogLine(sequence: state.sequence, at: Date(), level: level, verb: verb, text: text)
            // Trim in bulk, so that a full buffer is not moved for every line.
            if state.lines.count == 2 * Self.capacity { state.lines.removeFirst(Self.capacity) }
            state.lines.append(line)
            state.listener?(line)
        }
    }
}

/// Writes the log to a `RecentLog`.
package struct RecentLogHandler: LogHandler {
    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]
    private let recent: RecentLog
    private let redactor: Redactor

    package init(level: Logger.Level, recent: RecentLog, redactor: Redactor) {
        logLevel = level
        self.recent = recent
        self.redactor = redactor
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let fields = event.metadata.map { metadata.merging($0) { $1 } } ?? metadata
        // Lines of a deployment are in its own log.
        if fields[.deployment] != nil, fields[.stage] != nil { return }
        let (verb, rest) = Self.verb(of: fields)
        let details = rest.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
        let text = details.isEmpty ? "\(event.message)" : "\(event.message)  \(details)"
        recent.append(
            level: event.level.lineLevel, verb: verb ?? event.level.logrusName,
            text: redactor.redact(text).printable.beginning(ofBytes: RecentLog.lineLimit))
    }
}

extension RecentLogHandler {
    /// The subject of a line, for the column in front of it, and the fields that it does not repeat.
    private static func verb(of fields: Logger.Metadata) -> (String?, Logger.Metadata) {
        var rest = fields
        if let verdict = rest.removeValue(forKey: .verdict) { return ("\(verdict)", rest) }
        if rest.removeValue(forKey: .auth) != nil { return ("auth", rest) }
        if rest.removeValue(forKey: .serviceDiscovery) != nil { return ("discovery", rest) }
        return (nil, rest)
    }
}

extension Logger.Level {
    fileprivate var lineLevel: LogLine.Level {
        switch self {
        case .trace, .debug: .debug
        case .info, .notice: .info
        case .warning: .warning
        case .error, .critical: .error
        }
    }
}
