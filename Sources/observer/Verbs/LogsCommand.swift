import ArgumentParser
import ObserverEngine

struct LogsCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Prints the log of a deployment, or the observer's own.",
        discussion: "With -json each line is one JSON object.", helpNames: [])

    @OptionGroup var row: RowID

    @Flag(name: .customShort("f"), help: "go on with what comes; of a deployment, until it has ended")
    var follows = false

    @OptionGroup var engine: EngineFlags
    @OptionGroup var output: OutputFlags
    @OptionGroup var help: HelpFlag

    func perform() async throws {
        try await engine.ask { client in
            let reading = LogReading(client: client) { try output.write(LogEntry(line: $0)) }
            switch (row.given, follows) {
            case (nil, false): try await reading.engine()
            case (nil, true): try await reading.followEngine()
            case (let id?, false): _ = try await reading.deployment(id, after: 0)
            case (let id?, true): try await reading.follow(id)
            }
        }
    }
}
