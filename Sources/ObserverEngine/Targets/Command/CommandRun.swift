import Foundation

/// Runs the commands of one deployment in its tree: their output goes to the log, and reports of progress into the row.
struct CommandRun: Sendable {
    let environment: [String: String]
    let directory: String
    let processes: CommandProcesses
    let recorder: DeploymentRecorder
    let deadline: ContinuousClock.Instant
    /// The limit that the deadline follows from, for people.
    let timeout: Duration

    /// Runs a command to its end, and shows its output.
    /// - Throws: `CommandFailure` unless it succeeds.
    func run(_ kind: CommandKind, _ command: String) async throws {
        try await processes.endLeftovers { [log = recorder.log] in
            await log.write("waiting", "for a command that an earlier observer left running; it is killed after 30 s")
        }
        await recorder.log.write("running", "\(kind == .deploy ? "" : "\(kind.name): ")\(command)")
        let tail = OutputTail(length: 1)
        let end: ChildProcess.Ending
        do {
            end = try await execute(kind, command, tail)
        } catch {
            await recorder.log.endOutput()
            throw error
        }
        await recorder.log.endOutput()
        guard end.isSuccess else { throw CommandFailure.ended(kind, end, last: quote(await tail.lines)) }
    }

    private func execute(
        _ kind: CommandKind, _ command: String, _ tail: OutputTail
    ) async throws -> ChildProcess.Ending {
        do {
            return try await processes.with(command, environment: environment, in: directory) { process in
                try await withTimeout(max(.zero, deadline - .now)) {
                    try await process.run { lines in
                        let others = await noteProgress(in: lines)
                        await tail.append(others)
                        await log(others)
                    }
                }
            }
        } catch is TimedOut {
            throw CommandFailure.timedOut(kind, after: timeout)
        } catch let error as ChildProcess.NotStarted {
            throw CommandFailure.notStarted(kind, reason: error.description)
        }
    }

    /// How much of a line an outcome quotes.
    private static let quotedBytes = 300
    /// The time between two checks.
    private static let healthInterval = Duration.seconds(2)
    /// After this time a check that hangs is killed and repeated.
    private static let healthTimeout = Duration.seconds(30)

    /// Repeats the health command until it succeeds.
    /// - Throws: `CommandFailure.unhealthy` at the deadline.
    func waitUntilHealthy(_ command: String) async throws {
        await recorder.log.write("checking", "health command: \(command)")
        var shown: [String] = []
        while true {
            let limit = min(Self.healthTimeout, max(.zero, deadline - .now))
            let health = HealthCheck(
                command: command, environment: environment, directory: directory, processes: processes)
            let check = try await health.run(within: limit) { await noteProgress(in: $0) }
            // Most checks repeat what the last one reported.
            if check.lines != shown { await log(check.lines) }
            shown = check.lines
            if check.isHealthy {
                await recorder.log.endOutput()
                return await recorder.log.write("healthy", "the health command succeeded")
            }
            guard .now + Self.healthInterval < deadline else {
                await recorder.log.endOutput()
                throw CommandFailure.unhealthy(
                    after: timeout, check: check.end.map { "\($0)" } ?? "timed out after \(limit.brief)",
                    last: quote(check.lines))
            }
            try await Task.sleep(for: Self.healthInterval)
        }
    }

    /// The last line, short enough for an outcome. It is cut after it was redacted, so that no part of a secret stays.
    private func quote(_ lines: [String]) -> String? {
        lines.last.map { recorder.log.clean($0).beginning(ofBytes: Self.quotedBytes) }
    }

    private func log(_ lines: [String]) async { await recorder.log.write(output: lines) }

    /// - Returns: The lines that report no progress.
    private func noteProgress(in lines: [String]) async -> [String] {
        var progress = await recorder.deployment.progress ?? DeploymentProgress()
        var others: [String] = []
        for line in lines {
            if let report = ProgressLine(recorder.log.clean(line)) {
                progress.note(report)
            } else {
                others.append(line)
            }
        }
        do {
            if progress != DeploymentProgress() { try await recorder.record(progress: progress) }
        } catch {
            // Like a log line that can't be stored: the next report may be.
        }
        return others
    }
}
