import Foundation
package import Logging

/// The log of one deployment: what is stored and shown line by line, and goes to the engine's log too.
package struct Journal: Sendable {
    private let deployment: Int64
    private let store: Store
    private let redactor: Redactor
    private let logger: Logger

    package init(deployment: Int64, store: Store, redactor: Redactor, logger: Logger) {
        self.deployment = deployment
        self.store = store
        self.redactor = redactor
        var logger = logger
        logger[metadataKey: .deployment] = "\(deployment)"
        self.logger = logger
    }

    /// Redacted, made printable and no longer than it should be, as it may be stored and shown.
    package func clean(_ text: String) -> String {
        redactor.redact(text).printable.beginning(ofBytes: TextLimit.line)
    }

    /// - Parameters:
    ///   - verb: One word for the column that the eye follows.
    ///   - text: May hold anything; it is redacted and made printable here.
    package func note(_ verb: String, _ text: String, level: LogLine.Level = .info) async {
        await note(verb, [text], level: level)
    }

    /// Several lines that came together, in one transaction.
    package func note(_ verb: String, _ texts: [String], level: LogLine.Level = .info) async {
        guard !texts.isEmpty else { return }
        let now = Date()
        let lines = texts.map { text in
            LogLine(
                sequence: 0, at: now, level: level, verb: verb, text: clean(text),
                deployment: deployment)
        }
        for line in lines {
            logger.log(level: level.loggerLevel, "\(line.text)", metadata: [.stage: "\(verb)"])
        }
        do {
            try await store.append(lines, to: deployment)
        } catch {
            // A log that can't be written must not stop a deployment.
            logger.error("Can't store the deployment's log: \(error)")
        }
    }
}

extension LogLine.Level {
    /// A deployment's ordinary lines are details to the engine's log.
    fileprivate var loggerLevel: Logger.Level {
        switch self {
        case .debug, .info: .debug
        case .warning: .warning
        case .error: .error
        }
    }
}
