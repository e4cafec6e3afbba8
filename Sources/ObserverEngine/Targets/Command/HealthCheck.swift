/// One run of a health command.
struct HealthCheck: Sendable {
    struct Result: Equatable, Sendable {
        /// nil if the command was killed at the limit.
        let end: ChildProcess.Ending?
        /// The end of its output.
        let lines: [String]

        var isHealthy: Bool { end?.isSuccess == true }
    }

    /// How many lines are kept.
    private static let lineLimit = 20

    let command: String
    let environment: [String: String]
    let directory: String
    let processes: CommandProcesses

    /// - Parameter take: Called with the lines of the output; returns those to keep.
    /// - Throws: `CommandFailure.notStarted`, `CancellationError`
    func run(
        within limit: Duration, _ take: @escaping @Sendable (_ lines: [String]) async -> [String]
    ) async throws -> Result {
        let tail = OutputTail(length: Self.lineLimit)
        do {
            let end = try await processes.with(command, environment: environment, in: directory) { process in
                try await withTimeout(limit) { try await process.run { await tail.append(await take($0)) } }
            }
            return Result(end: end, lines: await tail.lines)
        } catch is TimedOut {
            return Result(end: nil, lines: await tail.lines)
        } catch let error as ChildProcess.NotStarted {
            throw CommandFailure.notStarted(.health, reason: error.description)
        }
    }
}
