import Foundation
package import Logging

/// Writes the log of one deployment: lines are stored, shown, and copied to the engine's log.
package struct DeploymentLogWriter: Sendable {
    private let deployment: Int64
    private let store: Store
    private let logger: Logger
    private let output = CommandOutput()

    package init(deployment: Int64, store: Store, logger: Logger) {
        self.deployment = deployment
        self.store = store
        var logger = logger
        logger[metadataKey: .deployment] = "\(deployment)"
        self.logger = logger
    }

    /// The text redacted, made printable and cut to the length limit, so that it may be stored and shown.
    package func clean(_ text: String) -> String {
        store.redactor.redact(output: text).printable.beginning(ofBytes: TextLimit.line)
    }

    /// - Parameters:
    ///   - verb: One word for the first column.
    ///   - text: Any text; it is redacted and made printable here.
    package func write(_ verb: String, _ text: String, level: LogLine.Level = .info) async {
        await write(verb, [text], level: level)
    }

    /// Writes lines that a program prints. The beginning of endless output is written at once, and its end by
    /// `endOutput`.
    package func write(output lines: [String]) async {
        await write("output", output.take(lines))
    }

    /// Writes what was left of the output of a program that has ended.
    package func endOutput() async {
        await write("output", output.end())
    }

    /// Writes several lines in one transaction.
    package func write(_ verb: String, _ texts: [String], level: LogLine.Level = .info) async {
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
            // A log that can't be written must not stop the deployment.
            logger.error("Could not store the deployment's log: \(error)")
        }
    }
}

extension LogLine.Level {
    /// In the engine's log, ordinary lines of a deployment are details.
    fileprivate var loggerLevel: Logger.Level {
        switch self {
        case .debug, .info: .debug
        case .warning: .warning
        case .error: .error
        }
    }
}
