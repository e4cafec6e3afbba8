import ArgumentParser
import Foundation
import ObserverEngine

struct LogsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        "logs", "[<id>]", abstract: "Print the log of a deployment, or of the observer, or the output of an app.",
        discussion: """
            With -app, prints the last lines of each container or task of an app: from the container engine, or from the \
            Mesos agents for tasks in Marathon. With -f as well, it follows them and those that replace them, until the \
            app is stopped.

            With -json, each line is a JSON object.
            """)

    @Argument(
        help: "ID of the deployment; see 'observer deployments'. (default: the observer's own log)",
        completion: .ids(.deployments))
    var id: Int64?

    @Flag(
        name: [.customShort("f"), .customLong("follow", withSingleDash: true), .customLong("follow")],
        help: """
            Print new lines as they arrive, until the deployment ends or the app is stopped. Exits with status 1 if the \
            deployment does not succeed.
            """)
    var follows = false

    @Option(
        name: .goStyle("app"), help: ArgumentHelp("App whose output to print.", valueName: "name"),
        completion: .ids(.apps))
    var app: String?

    @Option(
        name: .goStyle("lines"),
        help: ArgumentHelp(
            "With -app: lines of output of each container or task, at most 1000. (default: 100)", valueName: "number"))
    var lines: Int?

    @OptionGroup var engine: EngineFlags
    @OptionGroup var output: OutputFlags

    func validate() throws {
        if app != nil, id != nil {
            throw ValidationError("Use either an ID, for the log of a deployment, or -app, for the output of an app.")
        }
        if lines != nil, app == nil { throw ValidationError("-lines requires -app.") }
        guard (1...AppOutput.limit).contains(wantedLines) else {
            throw ValidationError("-lines must be from 1 to \(AppOutput.limit).")
        }
    }

    private var wantedLines: Int { lines ?? 100 }

    func run() async throws {
        let output = output
        if let app { return try await printOutput(of: app) }
        try await engine.withClient { client in
            let reader = LogReader(client: client) { try output.write(LogEntry(line: $0)) }
            switch (id, follows) {
            case (nil, false): try await reader.engine()
            case (nil, true): try await reader.followEngine()
            case (let id?, false): _ = try await reader.deployment(id, after: 0)
            case (let id?, true):
                let ended = try await reader.follow(id)
                if ended.stage != .succeeded { throw await client.failure(of: ended) }
            }
        }
    }

    private func printOutput(of app: String) async throws {
        guard follows else {
            let found = try await engine.withClient { try await $0.output(of: app, lines: wantedLines) }
            for output in found { try self.output.write(InstanceOutput(output: output, isNamed: found.count > 1)) }
            return
        }
        try await engine.withClient { client in
            var last: AppOutput?
            try await client.forEachOutput(of: app, lines: wantedLines) { output in
                let isNamed = output.instance != last?.instance || output.stream != last?.stream
                try self.output.write(InstanceOutput(output: output, isNamed: isNamed))
                last = output
            }
        }
    }
}

/// The output of one instance of an app, under its name where it is not clear.
struct InstanceOutput: Report {
    let output: AppOutput
    let isNamed: Bool

    func encode(to encoder: any Encoder) throws {
        try output.encode(to: encoder)
    }

    func lines(in style: TextStyle) -> [String] {
        let name = [output.instance, output.stream].compactMap(\.self).joined(separator: " ").printable
        let head = isNamed || output.problem != nil ? [style.paint("==> \(name)", .heading)] : []
        let problem = output.problem.map { style.paint($0.printable, .caution) }
        return head + output.lines.map(\.printable) + [problem].compactMap(\.self)
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
