import ArgumentParser
import Foundation
import ObserverEngine

struct LogsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        "logs", "[<id>]", abstract: "Print the log of a deployment, or of the observer.",
        discussion: "With -json, each line is a JSON object.")

    @Argument(help: "ID of the deployment; see 'observer deployments'. (default: the observer's own log)")
    var id: Int64?

    @Flag(name: .customShort("f"), help: "Follow the log: print new lines as they arrive, until the deployment ends.")
    var follows = false

    @OptionGroup var engine: EngineFlags
    @OptionGroup var output: OutputFlags

    func run() async throws {
        try await engine.withClient { client in
            let reader = LogReader(client: client) { try output.write(LogEntry(line: $0)) }
            switch (id, follows) {
            case (nil, false): try await reader.engine()
            case (nil, true): try await reader.followEngine()
            case (let id?, false): _ = try await reader.deployment(id, after: 0)
            case (let id?, true): try await reader.follow(id)
            }
        }
    }
}

/// Reads logs through the control API, each line once and in order.
struct LogReader {
    /// The observer ended while its log was read.
    struct ConnectionLost: Error, CustomStringConvertible {
        let description = "Lost the connection to the observer."
    }

    let client: ControlClient
    let write: (LogLine) throws -> Void

    func engine() async throws {
        for line in try await client.log() { try write(line) }
    }

    func followEngine() async throws {
        var last: Int64 = 0
        try await forEachEvent { event in
            switch event {
            case .snapshot(let snapshot):
                // A later snapshot repeats lines.
                for line in snapshot.log where line.sequence > last {
                    try write(line)
                    last = line.sequence
                }
            case .log(let line) where line.deployment == nil && line.sequence > last:
                try write(line)
                last = line.sequence
            case .engine, .hook, .apps, .delivery, .deployment, .log:
                break
            }
            return true
        }
    }

    /// Writes the stored lines after the given one.
    /// - Returns: The number of the last line.
    func deployment(_ id: Int64, after last: Int64) async throws -> Int64 {
        var last = last
        while true {
            let lines = try await client.log(of: id, after: last)
            guard let newest = lines.last else { return last }
            for line in lines { try write(line) }
            last = newest.sequence
        }
    }

    /// Writes the lines of a deployment until it has ended.
    func follow(_ id: Int64) async throws {
        var last: Int64 = 0
        try await forEachEvent { event in
            switch event {
            case .snapshot:
                // The stream is open by now, so no line is missed between the stored lines and the new ones.
                let isOver = try await client.deployment(id).summary.stage.isFinal
                last = try await deployment(id, after: last)
                return !isOver
            case .log(let line) where line.deployment == id && line.sequence > last:
                try write(line)
                last = line.sequence
            case .deployment(let summary) where summary.id == id && summary.stage.isFinal:
                last = try await deployment(id, after: last)
                return false
            case .engine, .hook, .apps, .delivery, .deployment, .log:
                break
            }
            return true
        }
    }

    /// - Parameter body: Returns whether it wants more events.
    private func forEachEvent(_ body: (ControlEvent) async throws -> Bool) async throws {
        var events = try await client.events().makeAsyncIterator()
        while true {
            let event: ControlEvent?
            do {
                event = try await events.next()?.event
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                throw ConnectionLost()
            }
            guard let event else { throw ConnectionLost() }
            guard try await body(event) else { return }
        }
    }
}

struct LogEntry: Report {
    /// The width of the longest word that starts a line of a deployment's log; shorter words are padded.
    private static let wordWidth = 9

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
