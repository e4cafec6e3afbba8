import ArgumentParser
import Foundation
import ObserverEngine

struct LogsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        "logs", "[<id>]", abstract: "Print the log of a deployment, or of the observer.",
        discussion: "With -json, each line is a JSON object.")

    @Argument(help: "ID of the deployment; see 'observer deployments'. (default: the observer's own log)")
    var id: Int64?

    @Flag(
        name: [.customShort("f"), .customLong("follow", withSingleDash: true), .customLong("follow")],
        help: "Print new lines as they arrive, until the deployment ends. Exits with status 1 if it does not succeed.")
    var follows = false

    @OptionGroup var engine: EngineFlags
    @OptionGroup var output: OutputFlags

    func run() async throws {
        let output = output
        try await engine.withClient { client in
            let reader = LogReader(client: client) { try output.write(LogEntry(line: $0)) }
            switch (id, follows) {
            case (nil, false): try await reader.engine()
            case (nil, true): try await reader.followEngine()
            case (let id?, false): _ = try await reader.deployment(id, after: 0)
            case (let id?, true):
                let ended = try await reader.follow(id)
                if ended.stage != .succeeded { throw DeploymentNotSucceeded(deployment: ended) }
            }
        }
    }
}

struct LogEntry: Report {
    /// The width of the longest word that starts a line, `interrupted`; shorter words are padded.
    static let wordWidth = 11

    let line: LogLine

    func encode(to encoder: any Encoder) throws {
        try line.encode(to: encoder)
    }

    func lines(in style: TextStyle) -> [String] {
        let word = TableCell(line.verb, line.level.tint)
        let padding = String(repeating: " ", count: max(0, Self.wordWidth - word.columns))
        return [
            "\(style.paint(line.at.rfc3339, .faint))  \(word.painted(in: style))\(padding)  \(line.text.printable)"
        ]
    }
}

extension LogLine.Level {
    fileprivate var tint: Tint {
        switch self {
        case .debug: .faint
        case .info: .plain
        case .warning: .caution
        case .error: .bad
        }
    }
}
